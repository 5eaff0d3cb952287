package io.alluvium.audit.query;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Changes day by day. */
@Schema(name = "CalculationTrends")
record CalculationTrends(
        int periodDays,
        LocalDate startDate,
        LocalDate endDate,
        @Schema(description = "ascending; days on which nothing changed are left out") List<Day> dailyTrends,
        Summary summary) {

    /** One UTC day. */
    @Schema(name = "CalculationTrendDay")
    record Day(
            LocalDate date,
            long totalChanges,
            long inserts,
            long updates,
            long deletes,
            long userCalcChanges,
            long systemCalcChanges,
            long uniqueUsers) {

        private static Day of(LocalDate date, List<RollUp.Sum> sums, long users) {
            Map<String, Long> operations = RollUp.by(RollUp.Sum::operation, sums);
            Map<String, Long> types = RollUp.by(RollUp.Sum::entityType, sums);
            return new Day(
                    date,
                    RollUp.total(sums),
                    operations.getOrDefault("INSERT", 0L),
                    operations.getOrDefault("UPDATE", 0L),
                    operations.getOrDefault("DELETE", 0L),
                    types.getOrDefault(CalculationType.USER.entityType(), 0L),
                    types.getOrDefault(CalculationType.SYSTEM.entityType(), 0L),
                    users);
        }
    }

    /** The days together. */
    @Schema(name = "CalculationTrendSummary")
    record Summary(
            int totalDaysWithActivity,
            long totalChanges,
            @Schema(description = "the earliest of several; null when nothing changed", nullable = true) @Nullable
                    Day busiestDay,
            @Schema(description = "over the days on which something changed") double averageDailyChanges) {

        private static Summary of(List<Day> days) {
            long total = days.stream().mapToLong(Day::totalChanges).sum();
            // max() gives the last of several that are equal
            Day busiest = days.stream()
                    .max(Comparator.comparingLong(Day::totalChanges)
                            .thenComparing(Day::date, Comparator.reverseOrder()))
                    .orElse(null);
            return new Summary(days.size(), total, busiest, days.isEmpty() ? 0 : (double) total / days.size());
        }
    }

    /** @param sums of these days and perhaps of others, which are left out */
    static CalculationTrends of(Days days, int periodDays, List<RollUp.Sum> sums, Map<LocalDate, Long> usersPerDay) {
        Map<LocalDate, List<RollUp.Sum>> byDay = new TreeMap<>();
        for (RollUp.Sum sum : sums) {
            if (!sum.day().isBefore(days.first()) && !sum.day().isAfter(days.last())) {
                byDay.computeIfAbsent(sum.day(), day -> new ArrayList<>()).add(sum);
            }
        }
        List<Day> trends = new ArrayList<>();
        byDay.forEach((day, its) -> trends.add(Day.of(day, its, usersPerDay.getOrDefault(day, 0L))));
        return new CalculationTrends(periodDays, days.first(), days.last(), trends, Summary.of(trends));
    }
}
