package io.alluvium.audit.query;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;

import io.alluvium.audit.AuditStack;
import io.alluvium.audit.Changes;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.quarkus.test.security.TestSecurity;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A replica that is there to take events and to store them. */
@QuarkusTest
@QuarkusTestResource(AuditStack.class)
@TestProfile(QueryStageIT.WithoutQueries.class)
@TestSecurity(
        user = "everybody",
        roles = {"emitter", "reader", "operator"})
class QueryStageIT {

    public static final class WithoutQueries implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("audit.query.enabled", "false");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "changes",
                "changes/export",
                "changes/0d6f1b3c-0000-4000-8000-000000000001",
                "dashboard",
                "entities/a/1/history",
                "entities/a/1/as-of?at=2026-05-01T00:00:00Z"
            })
    void aReplicaThatIsNotForQueriesAnswersNone(String path) {
        given().get("/api/audit/" + path)
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("detail", containsString("audit.query.enabled is false"));
    }

    @Test
    void itDeletesNothingEither() {
        given().contentType("application/json")
                .body("{}")
                .post("/api/audit/cleanup")
                .then()
                .statusCode(404);
    }

    @Test
    void theOtherStagesAreThere() {
        given().contentType("application/json")
                .body(Changes.update("stage-off", 1))
                .post("/api/audit/changes")
                .then()
                .statusCode(202);
    }
}
