package io.alluvium.audit.sink;

import io.alluvium.sink.SinkTransaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.function.Function;

/** The counters in PostgreSQL: one statement per batch. */
final class PostgresChangeCounts implements ChangeCounts.Adding {

    private static final String ADD =
            """
            INSERT INTO change_count AS c (day, entity_type, operation, changed_by, kafka_partition, changes)
            SELECT * FROM unnest(?::date[], ?::varchar[], ?::varchar[], ?::varchar[], ?::int[], ?::bigint[])
            ON CONFLICT (day, entity_type, operation, changed_by, kafka_partition)
            DO UPDATE SET changes = c.changes + EXCLUDED.changes
            """;

    @Override
    public void add(SinkTransaction transaction, Map<ChangeCounts.Key, Integer> counts) throws SQLException {
        List<Entry<ChangeCounts.Key, Integer>> entries = List.copyOf(counts.entrySet());
        Connection connection = transaction.connection();
        try (PreparedStatement add = connection.prepareStatement(ADD)) {
            add.setArray(1, connection.createArrayOf("date", column(entries, e -> e.getKey()
                    .day())));
            add.setArray(2, connection.createArrayOf("varchar", column(entries, e -> e.getKey()
                    .entityType()
                    .toString())));
            add.setArray(3, connection.createArrayOf("varchar", column(entries, e -> e.getKey()
                    .operation()
                    .toString())));
            add.setArray(4, connection.createArrayOf("varchar", column(entries, e -> e.getKey()
                    .changedBy()
                    .toString())));
            add.setArray(5, connection.createArrayOf("int4", column(entries, e -> e.getKey()
                    .partition())));
            add.setArray(6, connection.createArrayOf("int8", column(entries, e -> (long) e.getValue())));
            add.executeUpdate();
        }
    }

    private static Object[] column(
            List<Entry<ChangeCounts.Key, Integer>> entries, Function<Entry<ChangeCounts.Key, Integer>, Object> value) {
        return entries.stream().map(value).toArray();
    }
}
