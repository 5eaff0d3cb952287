package io.alluvium.audit.query;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
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
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Statistics, trends and the dashboard over HTTP. */
@QuarkusTest
@QuarkusTestResource(AuditStack.class)
@TestSecurity(user = "tester", roles = "reader")
class CalculationReportResourceIT {

    private static final String AUDIT = "/api/calculations/audit";

    private final LocalDate today = LocalDate.now(ZoneOffset.UTC);

    @Inject
    CalculationTestTrail trail;

    @Inject
    CalculationsChanged changed;

    @BeforeEach
    void clear() throws SQLException {
        trail.clear();
    }

    private static ValidatableResponse get(String path) {
        return given().get(AUDIT + path).then();
    }

    private Instant daysAgo(int days, String time) {
        return Instant.parse(today.minusDays(days) + "T" + time + "Z");
    }

    private void storeSome() throws SQLException {
        trail.user("1").at(daysAgo(0, "00:00:00")).by("kim").store();
        trail.user("1")
                .at(daysAgo(2, "23:59:59.999999"))
                .by("kim")
                .update("{}", "{}", "[]")
                .store();
        trail.user("2").at(daysAgo(2, "12:00:00")).by(null).store();
        trail.system("1").at(daysAgo(6, "00:00:00")).by("lee").delete("{}").store();
        trail.system("2").at(daysAgo(7, "23:59:59")).by("max").store();
    }

    @Test
    void statisticsCountWholeDays() throws SQLException {
        storeSome();

        get("/statistics?days_back=7")
                .statusCode(200)
                .body("success", equalTo(true))
                .body("metadata.generated_at", notNullValue())
                .body("data.period_days", equalTo(7))
                .body("data.total_changes", equalTo(4))
                .body("data.by_operation", equalTo(java.util.Map.of("INSERT", 2, "UPDATE", 1, "DELETE", 1)))
                .body("data.by_table.user_calculations", equalTo(3))
                .body("data.by_table.system_calculations", equalTo(1))
                .body("data.by_user", equalTo(java.util.Map.of("kim", 2, "lee", 1)))
                .body("data.unique_calculations_changed", equalTo(3))
                .body("data.unique_calculations_capped", equalTo(false))
                .body("data.most_active_users.user", contains("kim", "lee"))
                .body("data.most_active_users.changes", contains(2, 1))
                .body("data.operation_percentages.INSERT", equalTo(50.0f))
                .body("data.table_percentages.system_calculations", equalTo(25.0f))
                .body("data.by_table_display.'User Calculations'", equalTo(3))
                .body("data.daily_average", equalTo(0.6f))
                .body("data.start_date", equalTo(today.minusDays(6) + "T00:00:00Z"))
                .body("data.end_date", equalTo(today + "T23:59:59.999999Z"))
                .body("data.insights", hasItem("Activity from 2 user(s)"))
                .body("data", not(hasKey("recent_activity_trend")));
        get("/statistics?days_back=8").body("data.total_changes", equalTo(5));
        get("/statistics?days_back=1").body("data.total_changes", equalTo(1));
    }

    @Test
    void trendsAreByDay() throws SQLException {
        storeSome();

        get("/trends?days_back=7")
                .statusCode(200)
                .body("metadata.generated_at", notNullValue())
                .body("data.period_days", equalTo(7))
                .body("data.start_date", equalTo(today.minusDays(6).toString()))
                .body("data.end_date", equalTo(today.toString()))
                .body(
                        "data.daily_trends.date",
                        contains(
                                today.minusDays(6).toString(),
                                today.minusDays(2).toString(),
                                today.toString()))
                .body("data.daily_trends[1].total_changes", equalTo(2))
                .body("data.daily_trends[1].inserts", equalTo(1))
                .body("data.daily_trends[1].updates", equalTo(1))
                .body("data.daily_trends[1].deletes", equalTo(0))
                .body("data.daily_trends[1].user_calc_changes", equalTo(2))
                .body("data.daily_trends[1].system_calc_changes", equalTo(0))
                .body("data.daily_trends[1].unique_users", equalTo(1))
                .body("data.summary.total_days_with_activity", equalTo(3))
                .body("data.summary.total_changes", equalTo(4))
                .body(
                        "data.summary.busiest_day.date",
                        equalTo(today.minusDays(2).toString()));
    }

    @Test
    void aDashboardHasItAll() throws SQLException {
        storeSome();

        get("/dashboard")
                .statusCode(200)
                .body("success", equalTo(true))
                .body("metadata.generated_at", notNullValue())
                .body("metadata.dashboard_version", equalTo("1.0"))
                .body("data.overview.period_days", equalTo(30))
                .body("data.overview.total_changes", equalTo(5))
                .body("data.overview.daily_average", equalTo(0.2f))
                .body("data.overview.unique_calculations_changed", equalTo(4))
                .body("data.overview.insights", not(empty()))
                .body("data.statistics.total_changes", equalTo(5))
                .body("data.trends.period_days", equalTo(30))
                .body("data.recent_activity", hasSize(5))
                .body("data.recent_activity[0].summary", equalTo("Created user calculation"))
                .body("data.summary.top_users.user", contains("kim", "lee", "max"))
                .body("data.summary.operation_breakdown.INSERT", equalTo(3))
                .body("data.summary.calculation_type_breakdown.'System Calculations'", equalTo(2))
                .body("data.summary.busiest_day", equalTo(today.minusDays(2).toString()));
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "3, 3, 3", "6, 6, 3", "31, 30, 5", "365, 30, 5"})
    void aDashboardOfAnyPeriodHasItsTrends(int daysBack, int trendDays, int changes) throws SQLException {
        storeSome();

        get("/dashboard?days_back=" + daysBack)
                .statusCode(200)
                .body("data.overview.total_changes", equalTo(changes))
                .body("data.trends.period_days", equalTo(trendDays))
                .body("data.trends.summary.total_changes", equalTo(changes));
    }

    @Test
    void anEmptyTrailHasAnEmptyDashboard() {
        get("/dashboard")
                .statusCode(200)
                .body("data.overview.total_changes", equalTo(0))
                .body("data.overview.daily_average", equalTo(0.0f))
                .body("data.overview.insights", contains("No calculation changes recorded in this period"))
                .body("data.statistics.by_operation", aMapWithSize(0))
                .body("data.statistics.by_user", aMapWithSize(0))
                .body("data.statistics.recent_activity_trend", empty())
                .body("data.statistics", not(hasKey("operation_percentages")))
                .body("data.statistics", not(hasKey("table_percentages")))
                .body("data.trends.daily_trends", empty())
                .body("data.trends.summary.busiest_day", nullValue())
                .body("data.trends.summary.average_daily_changes", equalTo(0.0f))
                .body("data.recent_activity", empty())
                .body("data.summary.top_users", empty())
                .body("data.summary.calculation_type_breakdown", aMapWithSize(0))
                .body("data.summary.busiest_day", nullValue());
        get("/statistics").statusCode(200).body("data.unique_calculations_changed", equalTo(0));
        get("/trends").statusCode(200).body("data.period_days", equalTo(30));
    }

    @ParameterizedTest
    @CsvSource({"/statistics, 1", "/trends, 7", "/dashboard, 1"})
    void aPeriodHasItsBounds(String path, int least) {
        get(path + "?days_back=" + least).statusCode(200);
        get(path + "?days_back=365").statusCode(200);
        for (int wrong : new int[] {-1, 0, least - 1, 366}) {
            get(path + "?days_back=" + wrong)
                    .statusCode(422)
                    .contentType("application/problem+json")
                    .body("detail", equalTo("days_back: must be from " + least + " to 365"))
                    .body("errors.field", contains("days_back"));
        }
        for (String wrong : List.of("x", "1.5", "99999999999")) {
            get(path + "?days_back=" + wrong).statusCode(422).body("errors.field", contains("days_back"));
        }
        get(path + "?days=7").statusCode(400).body("errors.field", contains("days"));
    }

    @Test
    void bothWaysOfCountingCalculationsAgree() throws SQLException {
        storeSome();
        for (int i = 0; i < 50; i++) {
            trail.user("many-" + i % 20).at(daysAgo(i % 10, "01:00:00")).store();
        }

        for (int period : new int[] {1, 3, 7, 8, 365}) {
            // ends today, or on a day after which some of them changed again
            Days days =
                    period == 3 ? new Days(today.minusDays(6), today.minusDays(2)) : Days.back(period, Instant.now());
            for (CalculationType type : CalculationType.values()) {
                assertThat(changed.amongCalculations(days, type, 1000))
                        .as("%s in %d days", type, period)
                        .isEqualTo(changed.amongChanges(days, type));
            }
        }
    }

    @Test
    void oneMoreCalculationIsOneMore() throws SQLException {
        for (int i = 1; i <= 3; i++) {
            trail.user("more-" + i).at(daysAgo(0, "00:00:00")).store();

            get("/statistics").body("data.unique_calculations_changed", equalTo(i));
            get("/statistics?days_back=1").body("data.unique_calculations_changed", equalTo(i));
        }
    }

    @Test
    void countingCalculationsStopsAtItsBoundAndSaysSo() throws SQLException {
        for (int i = 0; i < 9; i++) {
            trail.system("s-" + i).at(daysAgo(0, "00:00:00")).store();
        }
        Days today = Days.back(1, Instant.now());

        assertThat(changed.amongCalculations(today, CalculationType.SYSTEM, 5))
                .isEqualTo(new CalculationsChanged.Count(5, true));
        assertThat(changed.amongCalculations(today, CalculationType.SYSTEM, 10))
                .isEqualTo(new CalculationsChanged.Count(9, false));
        assertThat(changed.amongCalculations(today, CalculationType.USER, 10))
                .isEqualTo(new CalculationsChanged.Count(0, false));
    }
}
