package io.alluvium.audit.query;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.alluvium.audit.AuditStack;
import io.alluvium.audit.StoredChanges;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(AuditStack.class)
@TestSecurity(user = "reader", roles = "reader")
class EntityResourceIT {

    @Inject
    StoredChanges stored;

    private static ValidatableResponse get(String path) {
        return given().urlEncodingEnabled(false)
                .get("/api/audit/entities/" + path)
                .then();
    }

    /** Created, updated twice (once within the same microsecond), deleted and created anew. */
    private void live(String id) throws SQLException {
        stored.change("life", id)
                .by("kim")
                .at("2026-05-01T00:00:00Z")
                .insert("{\"n\":1.0,\"o\":{\"a\":1,\"b\":2}}")
                .store();
        stored.change("life", id)
                .by("lee")
                .at("2026-05-02T00:00:00Z")
                .update("{\"n\":1.0,\"o\":{\"a\":1,\"b\":2}}", "{\"n\":2,\"o\":{\"a\":1,\"b\":2}}", "[\"n\"]")
                .store();
        stored.change("life", id)
                .by(null)
                .at("2026-05-02T00:00:00Z")
                .update(
                        "{\"n\":2,\"o\":{\"a\":1,\"b\":2}}",
                        "{\"n\":1.00,\"o\":{\"b\":2.0,\"a\":1},\"p\":null,\"q\":true}",
                        "[\"n\",\"o\",\"p\",\"q\"]")
                .store();
        stored.change("life", id)
                .by("kim")
                .at("2026-05-03T00:00:00Z")
                .delete("{\"n\":1.00,\"o\":{\"b\":2.0,\"a\":1},\"p\":null,\"q\":true}")
                .store();
        stored.change("life", id)
                .by("kim")
                .at("2026-05-04T00:00:00Z")
                .insert("{\"n\":9}")
                .store();
    }

    @Test
    void theHistoryIsPaged() throws SQLException {
        live("h");
        List<String> operations = new ArrayList<>();
        String cursor = "";
        do {
            JsonPath page = get("life/h/history?limit=2" + cursor)
                    .statusCode(200)
                    .body("entity_type", equalTo("life"))
                    .extract()
                    .jsonPath();
            operations.addAll(page.getList("changes.operation"));
            cursor = page.getString("next_cursor") == null ? null : "&cursor=" + page.getString("next_cursor");
        } while (cursor != null);

        assertThat(operations).containsExactly("INSERT", "DELETE", "UPDATE", "UPDATE", "INSERT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "a:b", "100%", "ü ö", "a+b", "a?b#c", "x;y=z", "-1"})
    void anyIdCanBeAskedFor(String id) throws SQLException {
        String event = stored.change("odd", id).store() + "";
        String encoded = URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");

        get("odd/" + encoded + "/history")
                .statusCode(200)
                .body("entity_id", equalTo(id))
                .body("changes.event_id", equalTo(List.of(event)));
        stored.execute("DELETE FROM audit_change WHERE entity_type = 'odd'");
    }

    @Test
    void theTimelineReads() throws SQLException {
        live("t");

        get("life/t/timeline")
                .statusCode(200)
                .body("total_changes", equalTo(5))
                .body("complete", equalTo(true))
                .body("created_at", equalTo("2026-05-01T00:00:00Z"))
                .body("created_by", equalTo("kim"))
                .body("last_modified_at", equalTo("2026-05-04T00:00:00Z"))
                .body("field_change_counts.n", equalTo(2))
                .body(
                        "timeline.description",
                        equalTo(List.of(
                                "Created", "Deleted", "Updated 4 fields: n, o, p and 1 more", "Updated n", "Created")))
                .body("timeline[2].user", equalTo("Unknown"))
                .body("timeline[3].changes[0].field", equalTo("n"))
                .body("timeline[3].changes[0].new_value", equalTo(2));
        get("life/t/timeline?limit=4")
                .body("complete", equalTo(false))
                .body("total_changes", equalTo(4))
                .body("timeline", hasSize(4));
    }

    @ParameterizedTest(name = "at {0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "2026-04-30T00:00:00Z | false | true | INSERT | null",
                "2026-05-01T00:00:00Z | true | false | INSERT | {\"n\":1.0,\"o\":{\"a\":1,\"b\":2}}",
                "2026-05-01T23:59:59.999999Z | true | false | INSERT | {\"n\":1.0,\"o\":{\"a\":1,\"b\":2}}",
                "2026-05-02T00:00:00Z | true | false | UPDATE | {\"n\":1.00,\"o\":{\"b\":2.0,\"a\":1},\"p\":null,\"q\":true}",
                "2026-05-03T00:00:00Z | false | false | DELETE | null",
                "2026-05-09T00:00:00%2B01:00 | true | false | INSERT | {\"n\":9}"
            })
    void theStateAtAMomentIsKnown(String at, boolean exists, boolean reconstructed, String from, String state)
            throws SQLException {
        UUID run = UUID.randomUUID();
        live("s-" + run);

        String body = get("life/s-" + run + "/as-of?at=" + at)
                .statusCode(200)
                .body("exists", equalTo(exists))
                .body("reconstructed", equalTo(reconstructed))
                .body("known_from.operation", equalTo(from))
                .extract()
                .asString();

        assertThat(body).contains("\"state\":" + state + ",");
    }

    @Test
    void theStateBeforeTheFirstKnownChangeIsItsOldImage() throws SQLException {
        stored.change("life", "older")
                .at("2026-05-01T00:00:00Z")
                .update("{\"n\":1}", "{\"n\":2}", "[\"n\"]")
                .store();

        get("life/older/as-of?at=2020-01-01T00:00:00Z")
                .statusCode(200)
                .body("exists", equalTo(true))
                .body("reconstructed", equalTo(true))
                .body("state.n", equalTo(1));
    }

    @Test
    void statesAreComparedFieldByField() throws SQLException {
        live("d");

        get("life/d/diff?from=2026-05-01T00:00:00Z&to=2026-05-02T00:00:00Z")
                .statusCode(200)
                .body("from.exists", equalTo(true))
                .body("changes.field", equalTo(List.of("p", "q")))
                .body("changes.change", equalTo(List.of("added", "added")))
                .body("changes[1].new_value", equalTo(true));
        get("life/d/diff?from=2026-05-02T12:00:00Z&to=2026-05-05T00:00:00Z")
                .body("changes.field", equalTo(List.of("n", "o", "p", "q")))
                .body("changes.change", equalTo(List.of("changed", "removed", "removed", "removed")))
                .body("changes[1].old_value.a", equalTo(1));
        get("life/d/diff?from=2026-05-03T00:00:00Z&to=2026-05-04T00:00:00Z")
                .body("from.exists", equalTo(false))
                .body("from.state", nullValue())
                .body("changes.change", equalTo(List.of("added")));
        get("life/d/diff?from=2026-05-04T00:00:00Z&to=2026-05-04T00:00:00Z").body("changes", empty());
    }

    @Test
    void anEntityThatNobodyKnowsIsNotFound() {
        for (String what : List.of(
                "history",
                "timeline",
                "as-of?at=2026-05-01T00:00:00Z",
                "diff?from=2026-05-01T00:00:00Z&to=2026-05-01T00:00:00Z")) {
            get("life/nobody/" + what)
                    .statusCode(404)
                    .contentType("application/problem+json")
                    .body("detail", containsString("no change of life nobody is stored"));
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "as-of, at, is required",
        "as-of?at=now, at, must be a time",
        "diff?to=2026-05-01T00:00:00Z, from, is required",
        "diff?from=2026-05-01T00:00:00Z, to, is required",
        "diff?from=2026-05-02T00:00:00Z&to=2026-05-01T00:00:00Z, from, must not be after to",
        "history?limit=1001, limit, from 1 to 1000",
        "timeline?limit=0, limit, from 1 to 1000"
    })
    void aWrongParameterIsNamed(String what, String field, String message) {
        get("life/1/" + what)
                .statusCode(422)
                .contentType("application/problem+json")
                .body("errors[0].field", equalTo(field))
                .body("errors[0].message", containsString(message));
    }

    @Test
    void aTypeThatIsTooLongIsNamed() {
        get("x".repeat(101) + "/1/history").statusCode(422).body("errors[0].field", equalTo("type"));
        get("life/" + "x".repeat(201) + "/timeline").statusCode(422).body("errors[0].field", equalTo("id"));
    }

    @Test
    void numbersWithoutEndStayWhatTheyAre() throws SQLException {
        stored.change("life", "huge")
                .at("2026-05-01T00:00:00Z")
                .insert("{\"n\":1e99999999999,\"m\":1E400}")
                .store();
        stored.change("life", "huge")
                .at("2026-05-02T00:00:00Z")
                .update("{\"n\":1e99999999999}", "{\"n\":1e99999999998,\"m\":10e399}", "[\"n\"]")
                .store();

        String body = get("life/huge/diff?from=2026-05-01T00:00:00Z&to=2026-05-02T00:00:00Z")
                .statusCode(200)
                .extract()
                .asString();

        assertThat(body)
                .contains("\"old_value\":1e99999999999,\"new_value\":1e99999999998")
                .doesNotContain("\"field\":\"m\"");
    }
}
