package io.alluvium.audit.query;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.alluvium.audit.AuditStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(AuditStack.class)
@TestSecurity(user = "tester", roles = "reader")
class CalculationTimelineIT {

    @Inject
    CalculationTestTrail trail;

    @BeforeEach
    void clear() throws SQLException {
        trail.clear();
    }

    private static ValidatableResponse get(String path) {
        return given().get("/api/calculations/audit" + path).then();
    }

    @Test
    void aTimelineTellsALife() throws SQLException {
        trail.storeLife();

        get("/calculation/user/7/timeline")
                .statusCode(200)
                .body("success", equalTo(true))
                .body("metadata.calculation_type", equalTo("user"))
                .body("metadata.calculation_id", equalTo(7))
                .body("data.table_name", equalTo("user_calculations"))
                .body("data.record_id", equalTo(7))
                .body("data.total_changes", equalTo(2))
                .body("data.created_at", equalTo("2026-05-01T10:00:00Z"))
                .body("data.created_by", equalTo("kim"))
                .body("data.last_modified_at", equalTo("2026-05-02T10:00:00.123456Z"))
                .body("data.last_modified_by", equalTo("system_auto_approval"))
                .body("data.field_change_counts.name", equalTo(1))
                .body("data.detailed_history.operation", contains("UPDATE", "INSERT"))
                .body("data.detailed_history[0].changes_summary.field", hasItem("weight"))
                .body("data.detailed_history[1]", not(hasKey("changes_summary")))
                .body(
                        "data.formatted_timeline.description",
                        contains("Updated 3 fields: name, weight, approved_by", "Calculation created"))
                .body("data.formatted_timeline[0].changes[0].new_value", equalTo("B"))
                .body("data.formatted_timeline[0].user", equalTo("system_auto_approval"))
                .body("data.formatted_timeline[1].timestamp", equalTo("2026-05-01T10:00:00Z"))
                .body("data.formatted_timeline[1]", not(hasKey("changes")));
        get("/calculation/system/9/timeline")
                .body("data.formatted_timeline[0].user", equalTo("Unknown"))
                .body("data.created_at", nullValue());
        get("/calculation/user/404/timeline")
                .statusCode(200)
                .body("data.total_changes", equalTo(0))
                .body("data.detailed_history", empty())
                .body("data.formatted_timeline", empty());
    }

    @Test
    void aTimelineHasTheNewestThousandAndTheCreation() throws SQLException {
        trail.user("3").at("2026-01-01T00:00:00Z").by("founder").store();
        for (int i = 0; i < 1000; i++) {
            trail.user("3")
                    .at("2026-02-01T00:" + (10 + i / 60 % 50) + ":" + (10 + i % 50) + "Z")
                    .update("{}", "{}", "[]")
                    .store();
        }

        get("/calculation/user/3/timeline")
                .body("data.total_changes", equalTo(1000))
                .body("data.created_by", equalTo("founder"))
                .body("data.formatted_timeline[0].description", equalTo("Updated calculation"));
    }
}
