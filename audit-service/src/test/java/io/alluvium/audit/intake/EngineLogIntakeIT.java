package io.alluvium.audit.intake;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;

import io.alluvium.audit.AuditStack;
import io.alluvium.audit.EngineRows;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** Rows of engine logs over HTTP. */
@QuarkusTest
@QuarkusTestResource(AuditStack.class)
@TestSecurity(user = "engine", roles = "emitter")
class EngineLogIntakeIT {

    @Inject
    EngineRows stored;

    private final long recording = ThreadLocalRandom.current().nextLong(1L << 40);

    private static ValidatableResponse post(String table, String body) {
        return given().contentType("application/json")
                .body(body)
                .post("/api/engine-logs/" + table)
                .then();
    }

    private String count() {
        return stored.texts("SELECT count(*) FROM engine_db_log_steps WHERE recording_id = " + recording)
                .get(0);
    }

    @Test
    void anObjectIsOneRowInTheWordsOfTheOriginal() {
        UUID id = UUID.randomUUID();
        String row =
                "{\"RECORDING_ID\":%d,\"STEP_NAME\":\"mix\",\"event_id\":\"%s\",\"LOGGED_AT\":\"2026-11-20T12:00:00.5Z\"}"
                        .formatted(recording, id);

        post("ENGINE_DB_LOG_STEPS", row)
                .statusCode(202)
                .body("ok", equalTo(true))
                .body("rows_inserted", equalTo(1));
        post("steps", row).statusCode(202);

        assertThat(stored.awaited("SELECT step_name FROM engine_db_log_steps WHERE event_id = '" + id + "'"))
                .isEqualTo("mix");
        assertThat(stored.awaited("SELECT logged_at FROM engine_db_log_steps WHERE event_id = '" + id + "'"))
                .contains(":00:00.5");
    }

    @Test
    void anArrayIsAsManyRows() {
        String row = "{\"recording_id\":" + recording + "}";

        post("Steps", "[" + row + "," + row + "," + row + "]").statusCode(202).body("rows_inserted", equalTo(3));

        stored.awaited("SELECT 1 FROM engine_db_log_steps WHERE recording_id = " + recording + " HAVING count(*) = 3");
        post("steps", "[]").statusCode(202).body("rows_inserted", equalTo(0));
    }

    @Test
    void anUnknownTableIsAnErrorThatNamesTheTables() {
        post("ENGINE_DB_LOG_NOTHING", "{}")
                .statusCode(404)
                .contentType("application/problem+json")
                .body("detail", containsString("engine_db_log_websocket_message"));
    }

    @Test
    void everyFaultIsNamedAndNothingIsWritten() {
        String rows =
                """
                [{"recording_id":%1$d}, {"recording_id":%1$d,"stepname":"x"}, {"recording_id":-1,"step_name":"%2$s"}]"""
                        .formatted(recording, "x".repeat(101));

        post("steps", rows)
                .statusCode(422)
                .body("errors.field", hasItems("stepname", "recording_id", "step_name"))
                .body("errors.index", hasItems(1, 2))
                .body("errors.message", hasItems("is no column of engine_db_log_steps", "must not be negative"));
        post("steps", "[{\"recording_id\":" + recording + ",\"step_name\":\"last\"}]")
                .statusCode(202);

        stored.awaited("SELECT 1 FROM engine_db_log_steps WHERE step_name = 'last' AND recording_id = " + recording);
        assertThat(count()).isEqualTo("1");
    }

    @Test
    void tooManyRowsInOneRequestAreRefusedAsAWhole() {
        String row = "{\"recording_id\":" + recording + "}";

        post("steps", "[" + (row + ",").repeat(99_999) + row + "]")
                .statusCode(413)
                .body("detail", containsString("holds more than 10000 rows"));

        assertThat(count()).isEqualTo("0");
    }

    @Test
    void whatIsNoJsonIsSaidSo() {
        post("steps", "").statusCode(400).body("detail", containsString("is empty"));
        post("steps", "{\"step_id\":").statusCode(400).body("detail", containsString("is not valid JSON at line 1"));
        post("steps", "7").statusCode(422).body("errors.message", hasItems("a row is a JSON object"));
    }

    @Test
    @TestSecurity(user = "kim", roles = "reader")
    void whoMayOnlyReadMayNotLog() {
        post("steps", "{}").statusCode(403);
    }
}
