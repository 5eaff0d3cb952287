package io.alluvium.audit.query;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * How many changes, without counting rows of the trail: sums over {@code change_count}, or over that of its sums that is
 * fine enough. Thread-safe.
 */
@Singleton
final class RollUp {

    /** Changes of one day, one entity type and one operation, whoever made them. */
    record Sum(LocalDate day, String entityType, String operation, long changes) {}

    /** @param name empty for changes that name nobody */
    record User(String name, long changes) {}

    private final Reading reading;

    RollUp(Reading reading) {
        this.reading = reading;
    }

    /**
     * The finest sums there are, but for users, by day: totals by any of their parts are added up with {@link #by}.
     *
     * @param entityTypes none for all of them
     */
    List<Sum> sums(Days days, Collection<String> entityTypes) throws SQLException {
        Sql sql = reading.sql()
                .add("SELECT day, entity_type, operation, SUM(changes) AS changes FROM change_count_by_type");
        addWhere(sql, days, entityTypes);
        sql.add(" GROUP BY day, entity_type, operation HAVING SUM(changes) > 0 ORDER BY day, entity_type, operation");
        return reading.all(
                sql,
                row -> new Sum(
                        row.getObject("day", LocalDate.class),
                        row.getString("entity_type"),
                        row.getString("operation"),
                        row.getLong("changes")));
    }

    /** The most active users first, those of the same number by name. */
    List<User> users(Days days, Collection<String> entityTypes, int most) throws SQLException {
        Sql sql = reading.sql().add("SELECT changed_by, SUM(changes) AS changes FROM " + countsOfUsers(entityTypes));
        addWhere(sql, days, entityTypes);
        sql.add(" GROUP BY changed_by HAVING SUM(changes) > 0 ORDER BY SUM(changes) DESC, changed_by"
                + " OFFSET 0 ROWS FETCH NEXT " + most + " ROWS ONLY");
        return reading.all(sql, row -> new User(row.getString("changed_by"), row.getLong("changes")));
    }

    /** How many different users changed something, for each day on which somebody did. */
    Map<LocalDate, Long> usersPerDay(Days days, Collection<String> entityTypes) throws SQLException {
        Sql sql = reading.sql()
                .add("SELECT day, COUNT(*) AS users FROM (SELECT day, changed_by FROM " + countsOfUsers(entityTypes));
        addWhere(sql, days, entityTypes);
        sql.add(
                " AND changed_by <> '' GROUP BY day, changed_by HAVING SUM(changes) > 0) users GROUP BY day ORDER BY day");
        Map<LocalDate, Long> users = new LinkedHashMap<>();
        reading.all(sql, row -> users.put(row.getObject("day", LocalDate.class), row.getLong("users")));
        return users;
    }

    /** Adds up, in the order in which the keys first come. */
    static <K> Map<K, Long> by(Function<Sum, K> key, List<Sum> sums) {
        Map<K, Long> totals = new LinkedHashMap<>();
        sums.forEach(sum -> totals.merge(key.apply(sum), sum.changes(), Long::sum));
        return totals;
    }

    /** Changes of all days before one: what is older than it. */
    long before(LocalDate day, Collection<String> entityTypes) throws SQLException {
        Sql sql = reading.sql().add("SELECT SUM(changes) AS changes FROM change_count_by_type WHERE day < ?", day);
        if (!entityTypes.isEmpty()) {
            sql.add(" AND ").addIn("entity_type", List.copyOf(entityTypes));
        }
        return reading.all(sql, row -> row.getLong("changes")).get(0);
    }

    static long total(List<Sum> sums) {
        return sums.stream().mapToLong(Sum::changes).sum();
    }

    private static String countsOfUsers(Collection<String> entityTypes) {
        return entityTypes.isEmpty() ? "change_count_by_user" : "change_count";
    }

    private static void addWhere(Sql sql, Days days, Collection<String> entityTypes) {
        sql.add(" WHERE day >= ? AND day <= ?", days.first(), days.last());
        if (!entityTypes.isEmpty()) {
            sql.add(" AND ").addIn("entity_type", List.copyOf(entityTypes));
        }
    }
}
