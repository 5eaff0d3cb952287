package io.alluvium.audit.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the numbers of a period say in sentences. */
final class CalculationInsights {

    private static final int MANY_USERS = 5;
    private static final int FEW_A_DAY = 1;
    private static final int MANY_A_DAY = 10;

    private CalculationInsights() {}

    /** @param operations of those with the same number of changes the first is the most common */
    static List<String> of(
            long total, int periodDays, Map<String, Long> operations, Map<String, Long> tables, long users) {
        if (total == 0) {
            return List.of("No calculation changes recorded in this period");
        }
        List<String> insights = new ArrayList<>();
        addOperation(operations, insights);
        addUsers(users, insights);
        addTypes(tables, insights);
        double average = (double) total / periodDays;
        if (average < FEW_A_DAY) {
            insights.add("Low activity period");
        } else if (average > MANY_A_DAY) {
            insights.add("High activity period");
        }
        return insights;
    }

    private static void addOperation(Map<String, Long> operations, List<String> insights) {
        String mostCommon = "";
        long most = 0;
        for (Map.Entry<String, Long> operation : operations.entrySet()) {
            if (operation.getValue() > most) {
                mostCommon = operation.getKey();
                most = operation.getValue();
            }
        }
        insights.add("Most common operation: " + mostCommon + " (" + most + " times)");
    }

    private static void addUsers(long users, List<String> insights) {
        if (users == 0) {
            return;
        }
        insights.add("Activity from " + users + " user(s)");
        if (users == 1) {
            insights.add("All changes made by a single user");
        } else if (users > MANY_USERS) {
            insights.add("High user activity - many people making changes");
        }
    }

    private static void addTypes(Map<String, Long> tables, List<String> insights) {
        long user = tables.getOrDefault(CalculationType.USER.entityType(), 0L);
        long system = tables.getOrDefault(CalculationType.SYSTEM.entityType(), 0L);
        if (user > 2 * system) {
            insights.add("Primarily user calculation changes");
        } else if (system > 2 * user) {
            insights.add("Primarily system calculation changes");
        } else {
            insights.add("Balanced activity between user and system calculations");
        }
    }
}
