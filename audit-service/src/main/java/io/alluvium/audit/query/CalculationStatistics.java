package io.alluvium.audit.query;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** How much changed in a period of whole UTC days, and who changed it. */
@Schema(name = "CalculationStatistics", description = "Changes of calculations in whole UTC days, today included")
record CalculationStatistics(
        int periodDays,
        long totalChanges,
        Map<String, Long> byOperation,
        Map<String, Long> byTable,
        @Schema(description = "the 1000 most active users; changes that name nobody are left out")
                Map<String, Long> byUser,
        long uniqueCalculationsChanged,
        @Schema(description = "true where unique_calculations_changed stopped counting: there are that many or more")
                boolean uniqueCalculationsCapped,
        List<ActiveUser> mostActiveUsers,
        @JsonInclude(JsonInclude.Include.NON_NULL)
                @Schema(description = "there, and empty, when nothing changed", nullable = true)
                @Nullable
                List<Object> recentActivityTrend,
        @Schema(description = "the first moment of the period") Instant startDate,
        @Schema(description = "the last moment of the period, which is the end of today") Instant endDate,
        @JsonInclude(JsonInclude.Include.NON_NULL)
                @Schema(description = "absent when nothing changed", nullable = true)
                @Nullable
                Map<String, Double> operationPercentages,
        @JsonInclude(JsonInclude.Include.NON_NULL)
                @Schema(description = "absent when nothing changed", nullable = true)
                @Nullable
                Map<String, Double> tablePercentages,
        @JsonInclude(JsonInclude.Include.NON_NULL)
                @Schema(description = "absent when nothing changed", nullable = true)
                @Nullable
                Map<String, Long> byTableDisplay,
        double dailyAverage,
        List<String> insights) {

    /** Users that are listed by name. */
    static final int MOST_USERS = 1000;

    private static final int MOST_ACTIVE = 10;
    private static final List<String> OPERATIONS = List.of("INSERT", "UPDATE", "DELETE");

    /** A user and how many changes are theirs. */
    @Schema(name = "CalculationActiveUser")
    record ActiveUser(String user, long changes) {}

    /**
     * Who changed something.
     *
     * @param mostActive the most active first, without those that have no name
     * @param count      how many there are, listed or not
     */
    record Users(List<RollUp.User> mostActive, long count) {}

    static CalculationStatistics of(
            Days days, int periodDays, List<RollUp.Sum> sums, Users users, CalculationsChanged.Count changed) {
        long total = RollUp.total(sums);
        Map<String, Long> operations = ordered(OPERATIONS, RollUp.by(RollUp.Sum::operation, sums));
        Map<String, Long> tables = ordered(CalculationType.ENTITY_TYPES, RollUp.by(RollUp.Sum::entityType, sums));
        Map<String, Long> byUser = new LinkedHashMap<>();
        users.mostActive().forEach(user -> byUser.put(user.name(), user.changes()));
        boolean any = total > 0;
        return new CalculationStatistics(
                periodDays,
                total,
                operations,
                tables,
                byUser,
                changed.calculations(),
                changed.capped(),
                users.mostActive().stream()
                        .limit(MOST_ACTIVE)
                        .map(user -> new ActiveUser(user.name(), user.changes()))
                        .toList(),
                any ? null : List.of(),
                days.start(),
                days.end(),
                any ? percentages(operations, total) : null,
                any ? percentages(tables, total) : null,
                any ? titled(tables) : null,
                rounded((double) total / periodDays),
                CalculationInsights.of(total, periodDays, operations, tables, users.count()));
    }

    /** One decimal, by the exact value of the number and to the even digit in the middle between two. */
    static double rounded(double value) {
        return new BigDecimal(value).setScale(1, RoundingMode.HALF_EVEN).doubleValue();
    }

    private static Map<String, Double> percentages(Map<String, Long> parts, long total) {
        Map<String, Double> percentages = new LinkedHashMap<>();
        parts.forEach((part, count) -> percentages.put(part, rounded((double) count / total * 100)));
        return percentages;
    }

    private static Map<String, Long> titled(Map<String, Long> tables) {
        Map<String, Long> titled = new LinkedHashMap<>();
        tables.forEach(
                (table, count) -> titled.put(CalculationType.ofEntityType(table).title(), count));
        return titled;
    }

    private static Map<String, Long> ordered(List<String> order, Map<String, Long> counts) {
        Map<String, Long> ordered = new LinkedHashMap<>();
        for (String key : order) {
            Long count = counts.get(key);
            if (count != null && count > 0) {
                ordered.put(key, count);
            }
        }
        return ordered;
    }
}
