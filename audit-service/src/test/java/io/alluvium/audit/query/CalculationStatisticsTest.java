package io.alluvium.audit.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.audit.query.CalculationStatistics.Users;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers, insights, trends and the dashboard that is made of them. */
class CalculationStatisticsTest {

    private static final LocalDate TODAY = LocalDate.of(2026, 11, 20);
    private static final String USER = "user_calculations";
    private static final String SYSTEM = "system_calculations";

    private static Days days(int count) {
        return Days.back(count, Instant.parse("2026-11-20T13:00:00Z"));
    }

    private static RollUp.Sum sum(int daysAgo, String type, String operation, long changes) {
        return new RollUp.Sum(TODAY.minusDays(daysAgo), type, operation, changes);
    }

    private static Users users(int count) {
        return new Users(
                IntStream.range(0, count)
                        .mapToObj(i -> new RollUp.User("u" + i, 100 - i))
                        .toList(),
                count);
    }

    private static CalculationStatistics statistics(int period, List<RollUp.Sum> sums, Users users) {
        return CalculationStatistics.of(days(period), period, sums, users, new CalculationsChanged.Count(4, false));
    }

    private static List<String> insights(long user, long system, int period, long users) {
        Map<String, Long> tables = Map.of(USER, user, SYSTEM, system);
        return CalculationInsights.of(user + system, period, Map.of("UPDATE", user + system), tables, users);
    }

    @Test
    void changesAreCountedByEachOfTheirParts() {
        CalculationStatistics statistics = statistics(
                30,
                List.of(
                        sum(3, SYSTEM, "DELETE", 1),
                        sum(3, USER, "INSERT", 2),
                        sum(1, USER, "UPDATE", 3),
                        sum(0, USER, "INSERT", 1)),
                users(12));

        assertThat(statistics.totalChanges()).isEqualTo(7);
        assertThat(statistics.byOperation()).isEqualTo(Map.of("INSERT", 3L, "UPDATE", 3L, "DELETE", 1L));
        assertThat(statistics.byTable()).isEqualTo(Map.of(USER, 6L, SYSTEM, 1L));
        assertThat(statistics.byTableDisplay()).isEqualTo(Map.of("User Calculations", 6L, "System Calculations", 1L));
        assertThat(statistics.operationPercentages()).isEqualTo(Map.of("INSERT", 42.9, "UPDATE", 42.9, "DELETE", 14.3));
        assertThat(statistics.tablePercentages()).isEqualTo(Map.of(USER, 85.7, SYSTEM, 14.3));
        assertThat(statistics.byUser()).hasSize(12).containsEntry("u11", 89L);
        assertThat(statistics.mostActiveUsers())
                .hasSize(10)
                .startsWith(new CalculationStatistics.ActiveUser("u0", 100));
        assertThat(statistics.uniqueCalculationsChanged()).isEqualTo(4);
        assertThat(statistics.dailyAverage()).isEqualTo(0.2);
        assertThat(statistics.startDate()).isEqualTo("2026-10-22T00:00:00Z");
        assertThat(statistics.endDate()).isEqualTo("2026-11-20T23:59:59.999999Z");
        assertThat(statistics.recentActivityTrend()).isNull();
        assertThat(statistics.insights())
                .containsExactly(
                        "Most common operation: INSERT (3 times)",
                        "Activity from 12 user(s)",
                        "High user activity - many people making changes",
                        "Primarily user calculation changes",
                        "Low activity period");
    }

    @Test
    void anEmptyPeriodHasZerosAndNoPercentages() {
        CalculationStatistics statistics = statistics(7, List.of(), users(0));

        assertThat(statistics.totalChanges()).isZero();
        assertThat(statistics.byOperation()).isEmpty();
        assertThat(statistics.byTable()).isEmpty();
        assertThat(statistics.byUser()).isEmpty();
        assertThat(statistics.mostActiveUsers()).isEmpty();
        assertThat(statistics.recentActivityTrend()).isEmpty();
        assertThat(statistics.operationPercentages()).isNull();
        assertThat(statistics.tablePercentages()).isNull();
        assertThat(statistics.byTableDisplay()).isNull();
        assertThat(statistics.dailyAverage()).isZero();
        assertThat(statistics.insights()).containsExactly("No calculation changes recorded in this period");
    }

    @ParameterizedTest
    @CsvSource({
        "0.05, 0.1", // the number is a little more than it looks
        "0.25, 0.2",
        "0.75, 0.8",
        "0.35, 0.3", // and here a little less
        "33.333, 33.3",
        "66.666, 66.7",
        "100, 100.0",
        "0, 0.0"
    })
    void oneDecimalIsKept(double value, double rounded) {
        assertThat(CalculationStatistics.rounded(value)).isEqualTo(rounded);
    }

    @Test
    void aSingleUserIsMentioned() {
        assertThat(insights(1, 1, 1, 1)).contains("Activity from 1 user(s)", "All changes made by a single user");
        assertThat(insights(1, 1, 1, 2))
                .contains("Activity from 2 user(s)")
                .doesNotContain("All changes made by a single user");
    }

    @Test
    void changesThatNameNobodySayNothingOfUsers() {
        assertThat(insights(5, 5, 5, 0)).noneMatch(insight -> insight.contains("user(s)"));
    }

    @Test
    void moreThanFiveUsersAreMany() {
        String many = "High user activity - many people making changes";
        assertThat(insights(1, 1, 1, 5)).doesNotContain(many);
        assertThat(insights(1, 1, 1, 6)).contains(many);
    }

    @ParameterizedTest
    @CsvSource({
        "5, 2, Primarily user calculation changes",
        "4, 2, Balanced activity between user and system calculations",
        "1, 0, Primarily user calculation changes",
        "2, 4, Balanced activity between user and system calculations",
        "2, 5, Primarily system calculation changes",
        "0, 1, Primarily system calculation changes"
    })
    void moreThanTwiceTheOtherTypeIsPrimarily(long user, long system, String insight) {
        assertThat(insights(user, system, 3, 2)).contains(insight);
    }

    @ParameterizedTest
    @CsvSource({"29, 30, Low", "30, 30, ''", "300, 30, ''", "301, 30, High", "1, 1, ''", "11, 1, High"})
    void activityIsLowBelowOneADayAndHighAboveTen(long changes, int period, String level) {
        List<String> insights = insights(changes, 0, period, 1);

        assertThat(insights.contains("Low activity period")).isEqualTo(level.equals("Low"));
        assertThat(insights.contains("High activity period")).isEqualTo(level.equals("High"));
    }

    @Test
    void trendsHaveTheDaysOnWhichSomethingChanged() {
        List<RollUp.Sum> sums = List.of(
                sum(40, USER, "INSERT", 99),
                sum(6, USER, "INSERT", 2),
                sum(6, SYSTEM, "UPDATE", 1),
                sum(2, SYSTEM, "DELETE", 3),
                sum(0, USER, "UPDATE", 1));

        CalculationTrends trends =
                CalculationTrends.of(days(7), 7, sums, Map.of(TODAY.minusDays(6), 2L, TODAY.minusDays(2), 1L));

        CalculationTrends.Day first = new CalculationTrends.Day(TODAY.minusDays(6), 3, 2, 1, 0, 2, 1, 2);
        assertThat(trends.dailyTrends())
                .containsExactly(
                        first,
                        new CalculationTrends.Day(TODAY.minusDays(2), 3, 0, 0, 3, 0, 3, 1),
                        new CalculationTrends.Day(TODAY, 1, 0, 1, 0, 1, 0, 0));
        assertThat(trends.startDate()).isEqualTo("2026-11-14");
        assertThat(trends.endDate()).isEqualTo("2026-11-20");
        assertThat(trends.summary()).isEqualTo(new CalculationTrends.Summary(3, 7, first, 7.0 / 3));
    }

    @Test
    void trendsOfNothingAreEmpty() {
        CalculationTrends trends = CalculationTrends.of(days(7), 7, List.of(), Map.of());

        assertThat(trends.dailyTrends()).isEmpty();
        assertThat(trends.summary()).isEqualTo(new CalculationTrends.Summary(0, 0, null, 0));
    }

    @Test
    void aDashboardIsMadeOfTheOthers() {
        List<RollUp.Sum> sums = List.of(sum(1, USER, "INSERT", 2), sum(0, SYSTEM, "UPDATE", 5));
        CalculationStatistics statistics = statistics(3, sums, users(7));
        CalculationTrends trends = CalculationTrends.of(days(3), 3, sums, Map.of());

        CalculationDashboard dashboard = CalculationDashboard.of(statistics, trends, List.of());

        assertThat(dashboard.overview())
                .isEqualTo(new CalculationDashboard.Overview(3, 7, 2.3, 4, statistics.insights()));
        assertThat(dashboard.summary().topUsers())
                .hasSize(5)
                .isEqualTo(statistics.mostActiveUsers().subList(0, 5));
        assertThat(dashboard.summary().operationBreakdown()).isEqualTo(Map.of("INSERT", 2L, "UPDATE", 5L));
        assertThat(dashboard.summary().calculationTypeBreakdown())
                .isEqualTo(Map.of("User Calculations", 2L, "System Calculations", 5L));
        assertThat(dashboard.summary().busiestDay()).isEqualTo(TODAY);
    }

    @Test
    void aDashboardOfNothingHasNoBusiestDay() {
        CalculationDashboard dashboard = CalculationDashboard.of(
                statistics(1, List.of(), users(0)), CalculationTrends.of(days(1), 1, List.of(), Map.of()), List.of());

        assertThat(dashboard.summary())
                .isEqualTo(new CalculationDashboard.Summary(List.of(), Map.of(), Map.of(), null));
    }
}
