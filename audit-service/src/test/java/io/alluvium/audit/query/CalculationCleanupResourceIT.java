package io.alluvium.audit.query;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import io.alluvium.audit.AuditStack;
import io.alluvium.audit.StoredChanges;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(AuditStack.class)
@TestSecurity(
        user = "tester",
        roles = {"reader", "operator"})
class CalculationCleanupResourceIT {

    private static final String AUDIT = "/api/calculations/audit";

    @Inject
    CalculationTestTrail trail;

    @Inject
    StoredChanges stored;

    @BeforeEach
    void clear() throws SQLException {
        trail.clear();
    }

    private static ValidatableResponse cleanup(String body) {
        return given().contentType("application/json")
                .body(body)
                .post(AUDIT + "/cleanup")
                .then();
    }

    private static Instant daysAgo(int days) {
        return LocalDate.now(ZoneOffset.UTC)
                .minusDays(days)
                .atStartOfDay()
                .plusHours(12)
                .toInstant(ZoneOffset.UTC);
    }

    @Test
    void whatIsOlderIsDeletedFromListsAndFigures() throws SQLException {
        trail.user("1").at(daysAgo(400)).store();
        trail.user("2").at(daysAgo(40)).store();
        trail.system("3").at(daysAgo(31)).store();
        trail.system("4").at(daysAgo(30)).store();
        stored.change("cleanup-other", "1").at(daysAgo(400)).store();

        cleanup("{}")
                .statusCode(200)
                .body("success", equalTo(true))
                .body("message", equalTo("Cleaned up audit logs older than 365 days"))
                .body("data.deleted_count", equalTo(1))
                .body("data.retention_days", equalTo(365))
                .body("data.cleanup_date", notNullValue());
        cleanup("{\"days_to_keep\":30}")
                .statusCode(200)
                .body("message", equalTo("Cleaned up audit logs older than 30 days"))
                .body("data.deleted_count", equalTo(2));
        given().get(AUDIT + "/recent").then().body("data.calculation_id", contains(4));
        given().get(AUDIT + "/statistics?days_back=365").then().body("data.total_changes", equalTo(1));
        assertThat(stored.text("SELECT count(*) FROM audit_change WHERE entity_type = 'cleanup-other'"))
                .isEqualTo("1");
    }

    @Test
    void daysHaveTheirBounds() {
        cleanup("{\"days_to_keep\":3650}").statusCode(200).body("data.retention_days", equalTo(3650));
        cleanup("{\"days_to_keep\":null}").statusCode(200).body("data.retention_days", equalTo(365));
        for (int wrong : new int[] {29, 0, -1}) {
            cleanup("{\"days_to_keep\":" + wrong + "}")
                    .statusCode(400)
                    .contentType("application/problem+json")
                    .body("detail", equalTo("Cannot retain audit logs for less than 30 days"));
        }
        cleanup("{\"days_to_keep\":3651}")
                .statusCode(400)
                .body("detail", equalTo("Retention period cannot exceed 10 years"));
    }

    @Test
    void aBodyThatIsNoCleanupIsRefused() {
        for (String wrong : List.of("\"30\"", "30.5", "true", "99999999999", "[30]")) {
            cleanup("{\"days_to_keep\":" + wrong + "}")
                    .statusCode(422)
                    .contentType("application/problem+json")
                    .body("errors.field", contains("days_to_keep"));
        }
        cleanup("{\"days\":30}").statusCode(422).body("errors.field", contains("days"));
        cleanup("null").statusCode(400).contentType("application/problem+json");
        cleanup("{").statusCode(400).contentType("application/problem+json");
    }

    @Test
    @TestSecurity(user = "reader", roles = "reader")
    void onlyOperatorsMayCleanUp() {
        cleanup("{}")
                .statusCode(403)
                .contentType("application/problem+json")
                .body("detail", containsString("operator"));
    }
}
