package io.alluvium.audit.query;

import io.alluvium.audit.query.CalculationStatistics.Users;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/** Figures of the changes of calculations: sums of the roll-up, never a count of rows. Thread-safe. */
@Singleton
final class CalculationReports {

    private static final List<String> TYPES = CalculationType.ENTITY_TYPES;

    private static final String COUNT_USERS =
            """
            SELECT COUNT(*) AS users
            FROM (SELECT changed_by FROM change_count
                  WHERE day >= ? AND day <= ? AND changed_by <> '' AND\s""";

    private final CalculationTrail trail;
    private final CalculationsChanged changed;
    private final RollUp rollUp;
    private final Reading reading;

    CalculationReports(CalculationTrail trail, CalculationsChanged changed, RollUp rollUp, Reading reading) {
        this.trail = trail;
        this.changed = changed;
        this.rollUp = rollUp;
        this.reading = reading;
    }

    CalculationStatistics statistics(int daysBack, Instant now) throws SQLException {
        Days days = Days.back(daysBack, now);
        return statistics(days, daysBack, rollUp.sums(days, TYPES));
    }

    CalculationTrends trends(int daysBack, Instant now) throws SQLException {
        Days days = Days.back(daysBack, now);
        return trends(days, daysBack, rollUp.sums(days, TYPES));
    }

    CalculationDashboard dashboard(int daysBack, Instant now) throws SQLException {
        Days days = Days.back(daysBack, now);
        // Both reports of the same sums, so that they agree.
        List<RollUp.Sum> sums = rollUp.sums(days, TYPES);
        int trendDays = Math.min(daysBack, CalculationDashboard.TREND_DAYS);
        ChangePage recent = trail.page(ChangeFilter.ofTypes(TYPES), null, CalculationDashboard.RECENT);
        return CalculationDashboard.of(
                statistics(days, daysBack, sums),
                trends(Days.back(trendDays, now), trendDays, sums),
                CalculationAudit.of(recent.changes()));
    }

    private CalculationStatistics statistics(Days days, int daysBack, List<RollUp.Sum> sums) throws SQLException {
        return CalculationStatistics.of(days, daysBack, sums, users(days), changed(days, sums));
    }

    private CalculationTrends trends(Days days, int daysBack, List<RollUp.Sum> sums) throws SQLException {
        Map<LocalDate, Long> users = rollUp.usersPerDay(days, TYPES);
        return CalculationTrends.of(days, daysBack, sums, users);
    }

    private CalculationsChanged.Count changed(Days days, List<RollUp.Sum> sums) throws SQLException {
        CalculationsChanged.Count count = new CalculationsChanged.Count(0, false);
        for (CalculationType type : CalculationType.values()) {
            List<RollUp.Sum> its = sums.stream()
                    .filter(sum -> sum.entityType().equals(type.entityType()))
                    .toList();
            count = count.plus(changed.in(days, type, its));
        }
        return count;
    }

    private Users users(Days days) throws SQLException {
        int most = CalculationStatistics.MOST_USERS;
        List<RollUp.User> users = rollUp.users(days, TYPES, most + 1).stream()
                .filter(user -> !user.name().isEmpty())
                .toList();
        return users.size() < most
                ? new Users(users, users.size())
                : new Users(users.subList(0, most), countUsers(days));
    }

    private long countUsers(Days days) throws SQLException {
        Sql sql = reading.sql().add(COUNT_USERS, days.first(), days.last()).addIn("entity_type", TYPES);
        sql.add(" GROUP BY changed_by HAVING SUM(changes) > 0) found");
        return reading.all(sql, row -> row.getLong("users")).get(0);
    }
}
