package io.alluvium.sink;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/** Reads how far each partition is stored, with the durable books. Thread-safe. */
public final class SinkOffsets {

    /**
     * @param nextOffset the first offset that is not stored yet
     * @param books      of all records of this partition since the topic exists, over restarts; balanced by a constraint
     */
    public record StoredPartition(
            String topic, UUID topicId, int partition, long nextOffset, Books books, Instant updatedAt) {}

    private static final String OF_TOPIC =
            """
            SELECT topic_id, kafka_partition, next_offset, polled, stored, duplicate, collapsed, dead, updated_at
            FROM sink_offset
            WHERE topic = ?
            ORDER BY topic_id, kafka_partition
            """;

    private final DataSource dataSource;

    public SinkOffsets(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** @return also the partitions of topics that once bore the name: tell them apart by the id */
    public List<StoredPartition> of(String topic) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement select = connection.prepareStatement(OF_TOPIC)) {
            select.setString(1, topic);
            List<StoredPartition> partitions = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    partitions.add(new StoredPartition(
                            topic,
                            UUID.fromString(row.getString(1)),
                            row.getInt(2),
                            row.getLong(3),
                            new Books(row.getLong(4), row.getLong(5), row.getLong(6), row.getLong(7), row.getLong(8)),
                            instant(row, 9)));
                }
            }
            return partitions;
        }
    }

    /** {@code timestamptz} and {@code datetime2} in UTC alike. */
    static Instant instant(ResultSet row, int column) throws SQLException {
        Object value = row.getObject(column);
        if (value instanceof java.sql.Timestamp
                && row.getMetaData().getColumnTypeName(column).startsWith("timestamp")) {
            return row.getObject(column, java.time.OffsetDateTime.class).toInstant();
        }
        return row.getObject(column, LocalDateTime.class).toInstant(ZoneOffset.UTC);
    }
}
