package io.alluvium.audit.query;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.alluvium.audit.AuditStack;
import io.alluvium.audit.StoredChanges;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(AuditStack.class)
@TestSecurity(user = "reader", roles = "reader")
class ChangeResourceIT {

    private static final String CHANGES = "/api/audit/changes";

    @Inject
    StoredChanges stored;

    private List<String> walk(RequestSpecification request, int limit) {
        List<String> ids = new ArrayList<>();
        String cursor = null;
        do {
            JsonPath page = given().spec(request)
                    .queryParam("limit", limit)
                    .queryParams(cursor == null ? java.util.Map.of() : java.util.Map.of("cursor", cursor))
                    .get(CHANGES)
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            ids.addAll(page.getList("changes.event_id"));
            cursor = page.getString("next_cursor");
        } while (cursor != null);
        return ids;
    }

    @Test
    void aChangeIsAnsweredAsItWasSent() throws SQLException {
        String before = "{ \"b\":1.10, \"a\":12345678901234567890.50, \"text\":\"\\u00e9\\n\" }";
        UUID id = stored.change("answered", "a/b:c")
                .update(before, "{}", "[\"b\",\"a\",\"text\"]")
                .by("kim")
                .correlation("c-7")
                .at("2026-05-01T10:00:00.123456Z")
                .store();

        String body = given().get(CHANGES + "/" + id)
                .then()
                .statusCode(200)
                .body("entity_id", equalTo("a/b:c"))
                .body("changed_at", equalTo("2026-05-01T10:00:00.123456Z"))
                .body("changed_fields", equalTo(List.of("b", "a", "text")))
                .extract()
                .asString();

        assertThat(body).contains("\"old_values\":" + before).contains("\"new_values\":{}");
        assertThat(body).contains("\"correlation_id\":\"c-7\"").doesNotContain("\"id\":");
    }

    @Test
    void anAnswerIsCompressedForThoseWhoCan() throws SQLException {
        UUID id = stored.change("zipped", "1")
                .insert("{\"a\":\"" + "x".repeat(5000) + "\"}")
                .store();

        given().header("Accept-Encoding", "gzip")
                .get(CHANGES + "/" + id)
                .then()
                .statusCode(200)
                .header("Content-Encoding", equalTo("gzip"))
                .body("entity_type", equalTo("zipped"));
    }

    @Test
    void pagesFollowEachOtherWithoutGapOrOverlap() throws SQLException {
        List<String> newestFirst = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            newestFirst.add(
                    0, stored.change("paged", "" + i).at("2026-05-01T10:00:00Z").store() + "");
        }
        RequestSpecification paged = given().queryParam("entity_type", "paged");

        for (int limit : new int[] {1, 5, 12, 1000}) {
            assertThat(walk(paged, limit)).isEqualTo(newestFirst);
        }
    }

    @Test
    void everyFilterNarrows() throws SQLException {
        String one = stored.change("narrow", "1")
                        .by("kim")
                        .at("2026-05-01T10:00:00Z")
                        .store() + "";
        String two = stored.change("narrow", "2")
                        .by("lee")
                        .correlation("narrow-c")
                        .at("2026-05-02T10:00:00Z")
                        .update("{\"x\":1}", "{\"x\":2}", "[\"x\"]")
                        .store()
                + "";
        String three = stored.change("narrower", "1")
                        .by("kim")
                        .at("2026-05-03T10:00:00Z")
                        .store() + "";
        RequestSpecification both = given().queryParam("entity_type", "narrow", "narrower");

        assertThat(walk(both, 10)).containsExactly(three, two, one);
        assertThat(walk(given().spec(both).queryParam("entity_id", "1"), 10)).containsExactly(three, one);
        assertThat(walk(given().spec(both).queryParam("operation", "UPDATE"), 10))
                .containsExactly(two);
        assertThat(walk(given().spec(both).queryParam("changed_by", "kim"), 10)).containsExactly(three, one);
        assertThat(walk(given().spec(both).queryParam("field", "x"), 10)).containsExactly(two);
        assertThat(walk(given().spec(both).queryParam("from", "2026-05-02T12:00:00+02:00"), 10))
                .containsExactly(three, two);
        assertThat(walk(given().spec(both).queryParam("to", "2026-05-02T10:00:00Z"), 10))
                .containsExactly(two, one);
        assertThat(walk(given().queryParam("correlation_id", "narrow-c"), 10)).containsExactly(two);
        assertThat(walk(given().spec(both).queryParam("changed_by", "nobody"), 10))
                .isEmpty();
    }

    @Test
    void theNewestComeFirstWithoutAnyFilter() throws SQLException {
        String last =
                stored.change("newest", "1").at("9999-12-31T23:59:59.999999Z").store() + "";

        given().queryParam("limit", 1)
                .get(CHANGES)
                .then()
                .statusCode(200)
                .body("changes", hasSize(1))
                .body("changes[0].event_id", equalTo(last))
                .body("next_cursor", notNullValue());
        stored.execute("DELETE FROM audit_change WHERE entity_type = 'newest'");
    }

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource({
        "entity_type, '', 422, must not be empty",
        "limit, '', 422, must not be empty",
        "operation, MERGE, 422, 'INSERT, UPDATE, DELETE'",
        "from, 2026-05-01, 422, must be a time",
        "to, 2026-02-30T00:00:00Z, 422, does not exist",
        "limit, 0, 422, from 1 to 1000",
        "limit, 1001, 422, from 1 to 1000",
        "limit, many, 422, must be an integer",
        "cursor, AAAA, 400, is not a cursor",
        "entity_id, 5, 422, needs entity_type",
        "changed_by, '  ', 422, not be blank",
        "enitty_type, x, 400, is not a known parameter"
    })
    void aWrongParameterIsNamed(String name, String value, int status, String message) {
        given().queryParam(name, value)
                .get(CHANGES)
                .then()
                .statusCode(status)
                .contentType("application/problem+json")
                .body("errors.field", hasItem(name))
                .body("errors.message", hasItem(containsString(message)));
    }

    @Test
    void allThatIsWrongIsToldAtOnce() {
        given().queryParam("operation", "upsert")
                .queryParam("from", "yesterday")
                .queryParam("changed_by", "x".repeat(101))
                .get(CHANGES)
                .then()
                .statusCode(422)
                .body("errors.field", containsInAnyOrder("changed_by", "operation", "from"));
        given().queryParam("from", "2026-05-02T00:00:00Z")
                .queryParam("to", "2026-05-01T00:00:00Z")
                .get(CHANGES)
                .then()
                .statusCode(422)
                .body("errors[0].field", equalTo("from"))
                .body("errors[0].message", equalTo("must not be after to"));
    }

    @Test
    void anIdThatIsNoneOrUnknownIsTold() {
        given().get(CHANGES + "/42").then().statusCode(400).body("errors[0].field", equalTo("event_id"));
        given().get(CHANGES + "/" + new UUID(1, 2))
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("detail", containsString("is stored"));
    }

    @Test
    @TestSecurity(user = "emitter", roles = "emitter")
    void anEmitterMayNotRead() {
        for (String path :
                List.of("/changes", "/changes/export", "/dashboard", "/entities/a/1/history", "/entities/a/1/as-of")) {
            given().get("/api/audit" + path).then().statusCode(403).body("detail", containsString("reader"));
        }
    }

    @Test
    @TestSecurity
    void nobodyMayNotRead() {
        given().get(CHANGES).then().statusCode(401).body("errors", nullValue());
    }
}
