package io.alluvium.audit.query;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.alluvium.audit.AuditStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The lists of the audit trail of calculations. */
@QuarkusTest
@QuarkusTestResource(AuditStack.class)
@TestSecurity(user = "tester", roles = "reader")
class CalculationAuditResourceIT {

    private static final String AUDIT = "/api/calculations/audit";

    @Inject
    CalculationTestTrail trail;

    @BeforeEach
    void clear() throws SQLException {
        trail.clear();
    }

    private static ValidatableResponse get(String path) {
        return given().urlEncodingEnabled(false).get(AUDIT + path).then();
    }

    private static ValidatableResponse refused(String path, int status) {
        return get(path).statusCode(status).contentType("application/problem+json");
    }

    @Test
    void theNewestChangesComeFirst() throws SQLException {
        trail.storeLife();

        String body = get("/recent")
                .statusCode(200)
                .body("success", equalTo(true))
                .body("data.calculation_id", contains(9, 7, 7))
                .body("data.calculation_type", contains("system", "user", "user"))
                .body("data.operation", contains("DELETE", "UPDATE", "INSERT"))
                .body(
                        "data.summary",
                        contains(
                                "Deleted system calculation",
                                "Updated 3 field(s) in user calculation",
                                "Created user calculation"))
                .body("data[0].changed_by", nullValue())
                .body("data[0].changed_fields", empty())
                .body("data[0].new_values", nullValue())
                .body("data[0].old_values.name", equalTo("S"))
                .body("data[0]", not(hasKey("change_details")))
                .body("data[1].id", notNullValue())
                .body("data[1].changed_at", equalTo("2026-05-02T10:00:00.123456Z"))
                .body("data[1].changed_fields", contains("name", "weight", "approved_by"))
                .body("data[1].change_details.field", contains("name", "weight", "approved_by"))
                .body("data[1].change_details[0].old_value", equalTo("A"))
                .body("data[1].change_details[0].new_value", equalTo("B"))
                .body("data[1].change_details[2].old_value", nullValue())
                .body("data[2].old_values", nullValue())
                .body("metadata.limit", equalTo(100))
                .body("metadata.timestamp", notNullValue())
                .body("metadata.next_cursor", nullValue())
                .extract()
                .asString();
        assertThat(body)
                .contains("{\"field\":\"weight\",\"old_value\":1.10,\"new_value\":12345678901234567890.10}")
                .contains("\"old_values\":{\"name\":\"A\",\"weight\":1.10,\"approved_by\":null}");
    }

    @Test
    void anEmptyTrailIsAnEmptyList() {
        for (String path : List.of(
                "/recent", "/calculation/user/1", "/user/kim", "/operation/INSERT", "/type/system", "/user/a%20b")) {
            get(path).statusCode(200).body("success", equalTo(true)).body("data", empty());
        }
    }

    @Test
    void anIdThatIsNoNumberIsGivenAsItIs() throws SQLException {
        trail.user("abc").store();
        trail.user("007").at("2026-05-01T10:00:00Z").store();

        get("/recent").statusCode(200).body("data.calculation_id", contains("abc", "007"));
        get("/calculation/user/7").statusCode(200).body("data", empty());
    }

    @Test
    void aListIsOfWhatWasAskedFor() throws SQLException {
        trail.storeLife();

        get("/calculation/user/7")
                .body("data", hasSize(2))
                .body("metadata.calculation_type", equalTo("user"))
                .body("metadata.calculation_id", equalTo(7))
                .body("metadata.limit", equalTo(50))
                .body("metadata.record_count", equalTo(2));
        get("/calculation/system/7").body("data", empty()).body("metadata.record_count", equalTo(0));
        get("/user/kim")
                .body("data.operation", contains("INSERT"))
                .body("metadata.username", equalTo("kim"))
                .body("metadata.limit", equalTo(100))
                .body("metadata.record_count", equalTo(1));
        get("/user/%20kim%20").body("data", hasSize(1));
        get("/user/Kim").body("data", empty());
        get("/operation/delete")
                .body("data.calculation_id", contains(9))
                .body("metadata.operation", equalTo("DELETE"))
                .body("metadata.limit", equalTo(100))
                .body("metadata.record_count", equalTo(1));
        get("/operation/UPDATE").body("data", hasSize(1));
        get("/type/user")
                .body("data", hasSize(2))
                .body("metadata.calculation_type", equalTo("user"))
                .body("metadata.limit", equalTo(100))
                .body("metadata.record_count", equalTo(2));
        get("/type/system").body("data", hasSize(1));
    }

    @ParameterizedTest
    @CsvSource({
        "/recent, 500",
        "/calculation/user/1, 200",
        "/user/kim, 500",
        "/operation/INSERT, 500",
        "/type/user, 500"
    })
    void aLimitHasItsBounds(String path, int most) {
        get(path + "?limit=1").statusCode(200).body("metadata.limit", equalTo(1));
        get(path + "?limit=" + most).statusCode(200).body("metadata.limit", equalTo(most));
        for (String wrong : List.of("0", "-1", String.valueOf(most + 1))) {
            refused(path + "?limit=" + wrong, 422)
                    .body("errors.field", contains("limit"))
                    .body("detail", equalTo("limit: must be from 1 to " + most));
        }
        for (String wrong : List.of("ten", "1.5", "99999999999", "1%20")) {
            refused(path + "?limit=" + wrong, 422).body("errors.field", contains("limit"));
        }
        refused(path + "?limits=1", 400).body("errors.field", contains("limits"));
        refused(path + "?cursor=abc", 400).body("errors.field", contains("cursor"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/recent?", "/calculation/user/5?", "/user/tester?", "/operation/UPDATE?", "/type/user?"})
    void pagesFollowOneAnotherWithoutGapsAndRepetitions(String path) throws SQLException {
        for (int i = 0; i < 7; i++) {
            trail.user("5")
                    .at("2026-05-01T10:00:0" + i / 3 + "Z")
                    .update("{\"n\":" + i + "}", "{}", "[\"n\"]")
                    .store();
        }
        List<Integer> seen = new ArrayList<>();
        String cursor = "";
        do {
            ValidatableResponse page = get(path + "limit=3" + cursor).statusCode(200);
            seen.addAll(page.extract().<List<Integer>>path("data.old_values.n"));
            String next = page.extract().path("metadata.next_cursor");
            cursor = next == null ? "" : "&cursor=" + next;
        } while (!cursor.isEmpty());

        assertThat(seen).containsExactly(6, 5, 4, 3, 2, 1, 0);
    }

    @Test
    void aRareOperationIsFoundBehindManyOthers() throws SQLException {
        trail.many(CalculationTestTrail.USER, 2 * ChangeScan.MOST_ROWS + 100);
        trail.count(CalculationTestTrail.USER);
        trail.user("1").at("2019-01-01T00:00:00Z").by("rare").delete("{}").store();
        trail.system("2").at("2018-01-01T00:00:00Z").by("rare").delete("{}").store();

        get("/operation/DELETE").body("data.calculation_id", contains(1, 2)).body("metadata.next_cursor", nullValue());
        get("/user/rare").body("data.calculation_id", contains(1, 2)).body("metadata.next_cursor", nullValue());
        get("/operation/INSERT").body("data", empty()).body("metadata.next_cursor", nullValue());
    }

    @Test
    void whatIsNoTypeOrOperationOrUserIsRefused() {
        for (String path : List.of("/calculation/users/1", "/calculation/User/1/timeline", "/type/static")) {
            refused(path, 400).body("detail", equalTo("calculation_type must be 'user' or 'system'"));
        }
        refused("/operation/MERGE", 400).body("detail", equalTo("Operation must be one of: INSERT, UPDATE, DELETE"));
        refused("/user/%20", 400).body("detail", equalTo("Username cannot be empty"));
        refused("/user/%20%09%20", 400).body("detail", equalTo("Username cannot be empty"));
        refused("/user/" + "x".repeat(101), 422).body("errors.field", contains("username"));
        refused("/user/a%00b", 422).body("errors.field", contains("username"));
        for (String id : List.of("abc", "1.5", "99999999999999999999")) {
            refused("/calculation/user/" + id, 422).body("errors.field", contains("calculation_id"));
            refused("/calculation/user/" + id + "/timeline", 422).body("errors.field", contains("calculation_id"));
        }
    }

    @Test
    @TestSecurity(user = "emitter", roles = "emitter")
    void onlyReadersMayRead() {
        for (String path : List.of(
                "/recent",
                "/calculation/user/1",
                "/calculation/user/1/timeline",
                "/user/kim",
                "/operation/INSERT",
                "/type/user",
                "/statistics",
                "/trends",
                "/dashboard")) {
            refused(path, 403).body("detail", containsString("reader"));
        }
    }

    @Test
    @TestSecurity
    void nobodyMayNotRead() {
        refused("/recent", 401);
    }
}
