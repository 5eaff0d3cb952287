package io.alluvium.audit.query;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.alluvium.audit.AuditStack;
import io.alluvium.audit.StoredChanges;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(AuditStack.class)
@TestSecurity(user = "reader", roles = "reader")
class DashboardResourceIT {

    private static final String DASHBOARD = "/api/audit/dashboard";

    @Inject
    StoredChanges stored;

    @Test
    void thePeriodIsSummedUp() throws SQLException {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        Instant midnight = today.atStartOfDay().toInstant(ZoneOffset.UTC);
        stored.change("board-a", "1").by("kim").at(midnight).store();
        stored.change("board-a", "1")
                .by("kim")
                .at(midnight)
                .update("{}", "{\"x\":1}", "[\"x\"]")
                .store();
        stored.change("board-b", "1")
                .by(null)
                .at(midnight.minusMillis(1))
                .delete("{}")
                .store();
        stored.change("board-a", "2")
                .by("lee")
                .at(midnight.minusSeconds(3 * 86_400))
                .store();

        given().queryParam("days_back", 2)
                .queryParam("entity_type", "board-a", "board-b")
                .get(DASHBOARD)
                .then()
                .statusCode(200)
                .body("period_days", equalTo(2))
                .body("start_date", equalTo(today.minusDays(1).toString()))
                .body("end_date", equalTo(today.toString()))
                .body("total_changes", equalTo(3))
                .body("daily_average", equalTo(1.5f))
                .body("by_operation.INSERT", equalTo(1))
                .body("by_operation.DELETE", equalTo(1))
                .body("entity_types", equalTo(2))
                .body("top_entity_types.entity_type", equalTo(List.of("board-a", "board-b")))
                .body("top_users[0].user", equalTo("kim"))
                .body("top_users[1].user", nullValue())
                .body("by_day.changes", equalTo(List.of(1, 2)))
                .body("by_day[1].updates", equalTo(1))
                .body("recent_changes", hasSize(3))
                .body("recent_changes[0].operation", equalTo("UPDATE"))
                .body("recent_changes[0].changed_fields", equalTo(List.of("x")))
                .body("recent_changes[0]", not(org.hamcrest.Matchers.hasKey("new_values")));
        given().queryParam("entity_type", "board-a")
                .get(DASHBOARD)
                .then()
                .body("period_days", equalTo(30))
                .body("by_day", hasSize(30))
                .body("total_changes", equalTo(3));
    }

    @Test
    void aPeriodWithoutChangesIsEmpty() {
        given().queryParam("entity_type", "board-empty")
                .queryParam("days_back", 365)
                .get(DASHBOARD)
                .then()
                .statusCode(200)
                .body("total_changes", equalTo(0))
                .body("by_operation.UPDATE", equalTo(0))
                .body("by_day", hasSize(365))
                .body("recent_changes", hasSize(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "366", "-1", "many"})
    void aPeriodOutOfBoundsIsNamed(String days) {
        given().queryParam("days_back", days)
                .get(DASHBOARD)
                .then()
                .statusCode(422)
                .contentType("application/problem+json")
                .body("errors[0].field", equalTo("days_back"))
                .body("errors[0].message", containsString("must be"));
    }
}
