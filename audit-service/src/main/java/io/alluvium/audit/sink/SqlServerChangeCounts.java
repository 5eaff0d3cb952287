package io.alluvium.audit.sink;

import io.alluvium.sink.SinkTransaction;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The counters in SQL Server: an update of each, then an insert of those that were not there. No other transaction has
 * the same ones: the partition is part of the key, and its offset is locked.
 */
final class SqlServerChangeCounts implements ChangeCounts.Adding {

    private static final String UPDATE =
            """
            UPDATE change_count SET changes = changes + ?
            WHERE day = ? AND entity_type = ? AND operation = ? AND changed_by = ? AND kafka_partition = ?
            """;

    private static final String INSERT =
            """
            INSERT INTO change_count (changes, day, entity_type, operation, changed_by, kafka_partition)
            VALUES (?, ?, ?, ?, ?, ?)
            """;

    @Override
    public void add(SinkTransaction transaction, Map<ChangeCounts.Key, Integer> counts) throws SQLException {
        List<ChangeCounts.Key> keys = new ArrayList<>(counts.keySet());
        int[] updated = run(transaction, UPDATE, keys, counts);
        List<ChangeCounts.Key> missing = new ArrayList<>();
        for (int i = 0; i < updated.length; i++) {
            if (updated[i] == 0) {
                missing.add(keys.get(i));
            }
        }
        if (!missing.isEmpty()) {
            run(transaction, INSERT, missing, counts);
        }
    }

    private static int[] run(
            SinkTransaction transaction,
            String statement,
            List<ChangeCounts.Key> keys,
            Map<ChangeCounts.Key, Integer> counts)
            throws SQLException {
        try (PreparedStatement run = transaction.connection().prepareStatement(statement)) {
            for (ChangeCounts.Key key : keys) {
                run.setLong(1, counts.get(key));
                run.setObject(2, key.day());
                run.setString(3, key.entityType().toString());
                run.setString(4, key.operation().toString());
                run.setString(5, key.changedBy().toString());
                run.setInt(6, key.partition());
                run.addBatch();
            }
            return run.executeBatch();
        }
    }
}
