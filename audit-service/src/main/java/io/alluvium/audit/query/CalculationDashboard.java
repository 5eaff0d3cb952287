package io.alluvium.audit.query;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What one page shows of the changes of calculations. */
@Schema(name = "CalculationDashboard")
record CalculationDashboard(
        Overview overview,
        CalculationStatistics statistics,
        @Schema(description = "of the last 30 days of the period, or of all its days where it is shorter")
                CalculationTrends trends,
        @Schema(description = "the 10 newest changes, of the period or older") List<CalculationAudit> recentActivity,
        Summary summary) {

    /** Changes in {@link #recentActivity}. */
    static final int RECENT = 10;

    /** Days in {@link #trends}. */
    static final int TREND_DAYS = 30;

    private static final int TOP_USERS = 5;

    /** The figures at the top. */
    @Schema(name = "CalculationOverview")
    record Overview(
            int periodDays,
            long totalChanges,
            double dailyAverage,
            long uniqueCalculationsChanged,
            List<String> insights) {}

    /** The figures of the small charts. */
    @Schema(name = "CalculationDashboardSummary")
    record Summary(
            List<CalculationStatistics.ActiveUser> topUsers,
            Map<String, Long> operationBreakdown,
            Map<String, Long> calculationTypeBreakdown,
            @Nullable LocalDate busiestDay) {}

    static CalculationDashboard of(
            CalculationStatistics statistics, CalculationTrends trends, List<CalculationAudit> recent) {
        Overview overview = new Overview(
                statistics.periodDays(),
                statistics.totalChanges(),
                statistics.dailyAverage(),
                statistics.uniqueCalculationsChanged(),
                statistics.insights());
        Map<String, Long> types = statistics.byTableDisplay();
        CalculationTrends.Day busiest = trends.summary().busiestDay();
        Summary summary = new Summary(
                statistics.mostActiveUsers().stream().limit(TOP_USERS).toList(),
                statistics.byOperation(),
                types == null ? Map.of() : types,
                busiest == null ? null : busiest.date());
        return new CalculationDashboard(overview, statistics, trends, recent, summary);
    }
}
