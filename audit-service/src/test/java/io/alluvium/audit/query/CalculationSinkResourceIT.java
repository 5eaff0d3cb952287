package io.alluvium.audit.query;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;

import io.alluvium.audit.AuditStack;
import io.alluvium.audit.Changes;
import io.alluvium.audit.StoredChanges;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is on the way into the trail, and waiting for it. */
@QuarkusTest
@QuarkusTestResource(AuditStack.class)
@TestSecurity(
        user = "tester",
        roles = {"reader", "operator", "emitter"})
class CalculationSinkResourceIT {

    private static final String AUDIT = "/api/calculations/audit";

    @Inject
    StoredChanges stored;

    private static ValidatableResponse stats() {
        return given().get(AUDIT + "/stats").then();
    }

    private static ValidatableResponse flush() {
        return given().post(AUDIT + "/flush").then();
    }

    private static void publish(String entityId, int count) {
        given().contentType("application/json")
                .body(IntStream.range(0, count)
                        .mapToObj(i -> Changes.update(entityId, i))
                        .collect(Collectors.joining(",", "[", "]")))
                .post("/api/audit/changes")
                .then()
                .statusCode(202);
    }

    @Test
    void flushWaitsForAllThatWasPublished() throws SQLException {
        publish("flushed", 5000);

        flush().statusCode(200)
                .body("success", equalTo(true))
                .body("message", equalTo("Audit logs flushed successfully"))
                .body("stats_before.pending_count", notNullValue())
                .body("stats_after.pending_count", equalTo(0))
                .body("stats_after.last_commit_time", greaterThan(1.7e9f))
                .body("timestamp", notNullValue());

        assertThat(stored.text("SELECT count(*) FROM audit_change WHERE entity_id = 'flushed'"))
                .isEqualTo("5000");
    }

    @Test
    void statsHaveEveryFieldOfTheOriginal() {
        publish("stats", 1);
        flush().statusCode(200);

        String database =
                "sqlserver".equals(System.getProperty("db")) ? "sql_server_optimized" : "postgresql_optimized";
        stats().statusCode(200)
                .body("success", equalTo(true))
                .body("timestamp", notNullValue())
                .body("data.pending_count", equalTo(0))
                .body("data.database_type", equalTo(database))
                .body("data.deferred_mode", equalTo(false))
                .body("data.commit_interval", equalTo(0.5f))
                .body("data.last_commit_time", greaterThan(1.7e9f))
                .body("data.session_active", equalTo(true))
                .body("data.max_batch_size", equalTo(10000))
                .body("data.use_batching", equalTo(true))
                .body("data.is_sqlite", equalTo(false))
                .body("data", not(hasKey("error")));
    }

    @Test
    void aParameterThatNobodyKnowsIsRefused() {
        given().get(AUDIT + "/stats?x=1").then().statusCode(400).body("errors.field", contains("x"));
        given().post(AUDIT + "/flush?timeout=PT1S").then().statusCode(400).body("errors.field", contains("timeout"));
    }

    @Test
    @TestSecurity(user = "reader", roles = "reader")
    void aReaderSeesStatsAndMayNotFlush() {
        stats().statusCode(200);
        flush().statusCode(403).contentType("application/problem+json").body("detail", containsString("operator"));
    }

    @Test
    @TestSecurity(user = "emitter", roles = "emitter")
    void anEmitterSeesNoStats() {
        stats().statusCode(403).body("detail", containsString("reader"));
    }
}
