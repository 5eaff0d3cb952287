package io.alluvium.sink;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.UUID;

/** Which offset of each partition comes next, kept where the rows are and changed in the same transaction. */
final class OffsetStore {

    private final Dialect dialect;

    OffsetStore(Dialect dialect) {
        this.dialect = dialect;
    }

    /**
     * Locks the offsets of the partitions until the transaction ends, so that of two consumers that hold the same batch
     * only one stores it.
     *
     * @return the next offset of each partition; 0 for one that is new
     */
    Map<Integer, Long> lock(SinkTransaction transaction, String topic, UUID topicId, SortedSet<Integer> partitions)
            throws SQLException {
        Map<Integer, Long> next = select(transaction, topicId, partitions);
        if (next.size() < partitions.size()) {
            insertMissing(transaction, topic, topicId, partitions, next);
            next = select(transaction, topicId, partitions);
        }
        return next;
    }

    private Map<Integer, Long> select(SinkTransaction transaction, UUID topicId, SortedSet<Integer> partitions)
            throws SQLException {
        Map<Integer, Long> next = new HashMap<>();
        try (PreparedStatement select =
                transaction.connection().prepareStatement(dialect.lockOffsets(partitions.size()))) {
            int at = 1;
            dialect.bind(select, at++, topicId);
            for (int partition : partitions) {
                select.setInt(at++, partition);
            }
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    next.put(rows.getInt(1), rows.getLong(2));
                }
            }
        }
        return next;
    }

    private void insertMissing(
            SinkTransaction transaction,
            String topic,
            UUID topicId,
            SortedSet<Integer> partitions,
            Map<Integer, Long> present)
            throws SQLException {
        try (PreparedStatement insert = transaction.connection().prepareStatement(dialect.insertOffset())) {
            for (int partition : partitions) {
                if (!present.containsKey(partition)) {
                    insert.setString(1, topic);
                    dialect.bind(insert, 2, topicId);
                    insert.setInt(3, partition);
                    insert.executeUpdate();
                }
            }
        }
    }

    /** Moves each partition on to its slice's end and adds the slice to its books. */
    void advance(SinkTransaction transaction, UUID topicId, Map<Integer, Slice> slices) throws SQLException {
        try (PreparedStatement update = transaction.connection().prepareStatement(dialect.advanceOffset())) {
            for (Map.Entry<Integer, Slice> entry : slices.entrySet()) {
                Slice slice = entry.getValue();
                Books books = slice.books();
                update.setLong(1, slice.nextOffset());
                update.setLong(2, books.polled());
                update.setLong(3, books.stored());
                update.setLong(4, books.duplicate());
                update.setLong(5, books.collapsed());
                update.setLong(6, books.dead());
                dialect.bind(update, 7, topicId);
                update.setInt(8, entry.getKey());
                update.addBatch();
            }
            for (int changed : update.executeBatch()) {
                if (changed == 0) {
                    throw new SQLException("a row of sink_offset vanished while it was locked");
                }
            }
        }
    }
}
