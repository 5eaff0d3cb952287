package io.alluvium.sink;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Looks after the dead letters of a service: lists them and notes what an operator did with them. Thread-safe. */
public final class DeadLetters {

    public enum Status {
        OPEN,
        REDRIVEN,
        DISCARDED
    }

    /** One dead letter, with everything that is needed to send the record again. */
    public record Letter(
            long id,
            String topic,
            int partition,
            long offset,
            byte @Nullable [] key,
            Headers headers,
            byte @Nullable [] payload,
            String reason,
            @Nullable String sqlState,
            Instant failedAt,
            Status status,
            @Nullable Instant resolvedAt,
            @Nullable String resolvedBy) {}

    /**
     * Which letters are meant; null: any.
     *
     * @param reasonContains part of the reason, compared literally and case-sensitively
     */
    public record Filter(
            @Nullable String topic,
            @Nullable Integer partition,
            @Nullable Status status,
            @Nullable String sqlState,
            @Nullable String reasonContains) {}

    private static final String COLUMNS =
            """
            SELECT id, topic, kafka_partition, kafka_offset, record_key, headers, payload, reason, sql_state, failed_at,
                   status, resolved_at, resolved_by
            FROM dead_letter
            """;

    private final DataSource dataSource;
    private final Dialect dialect;

    public DeadLetters(DataSource dataSource, SinkDatabase database) {
        this.dataSource = dataSource;
        this.dialect = database.dialect();
    }

    /**
     * @param before only letters with a smaller id; {@link Long#MAX_VALUE} for the first page
     * @return newest first, at most {@code limit}
     */
    public List<Letter> list(Filter filter, long before, int limit) throws SQLException {
        Where where = Where.of(filter);
        String select = COLUMNS + where.text() + " AND id < ? ORDER BY id DESC " + dialect.limit();
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(select)) {
            int next = where.bind(statement, 1);
            statement.setLong(next, before);
            statement.setInt(next + 1, limit);
            return letters(statement);
        }
    }

    /** @return the ids of at most {@code limit} letters, in the order in which they came */
    public List<Long> oldest(Filter filter, int limit) throws SQLException {
        Where where = Where.of(filter);
        String select = "SELECT id FROM dead_letter " + where.text() + " ORDER BY id " + dialect.limit();
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(select)) {
            statement.setInt(where.bind(statement, 1), limit);
            List<Long> ids = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    ids.add(row.getLong(1));
                }
            }
            return ids;
        }
    }

    public @Nullable Letter find(long id) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(COLUMNS + "WHERE id = ?")) {
            statement.setLong(1, id);
            List<Letter> found = letters(statement);
            return found.isEmpty() ? null : found.get(0);
        }
    }

    public long count(Filter filter) throws SQLException {
        Where where = Where.of(filter);
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("SELECT count(*) FROM dead_letter " + where.text())) {
            where.bind(statement, 1);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /**
     * Notes that an open letter was sent again or discarded; the letter itself is kept.
     *
     * @param by who did it, at most 100 characters
     * @return false when it was no longer open
     */
    public boolean resolve(long id, Status status, String by) throws SQLException {
        if (status == Status.OPEN) {
            throw new IllegalArgumentException("a letter is resolved as REDRIVEN or DISCARDED");
        }
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        """
                        UPDATE dead_letter SET status = ?, resolved_by = ?, resolved_at = %s
                        WHERE id = ? AND status = 'OPEN'
                        """
                                .formatted(dialect.now()))) {
            statement.setString(1, status.name());
            statement.setString(2, by.length() > 100 ? by.substring(0, 100) : by);
            statement.setLong(3, id);
            return statement.executeUpdate() == 1;
        }
    }

    private static List<Letter> letters(PreparedStatement statement) throws SQLException {
        List<Letter> letters = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                letters.add(new Letter(
                        row.getLong(1),
                        row.getString(2),
                        row.getInt(3),
                        row.getLong(4),
                        row.getBytes(5),
                        HeaderText.decode(row.getString(6)),
                        row.getBytes(7),
                        row.getString(8),
                        row.getString(9),
                        SinkOffsets.instant(row, 10),
                        Status.valueOf(row.getString(11)),
                        row.getObject(12) == null ? null : SinkOffsets.instant(row, 12),
                        row.getString(13)));
            }
        }
        return letters;
    }

    /** The condition of a filter; all values are parameters. */
    private record Where(String text, List<Object> values) {

        static Where of(Filter filter) {
            StringBuilder text = new StringBuilder("WHERE 1 = 1");
            List<Object> values = new ArrayList<>();
            equal("topic", filter.topic(), text, values);
            equal("kafka_partition", filter.partition(), text, values);
            equal("status", filter.status() == null ? null : filter.status().name(), text, values);
            equal("sql_state", filter.sqlState(), text, values);
            if (filter.reasonContains() != null) {
                text.append(" AND reason LIKE ? ESCAPE '!'");
                values.add("%" + filter.reasonContains().replaceAll("([!%_\\[])", "!$1") + "%");
            }
            return new Where(text.toString(), values);
        }

        private static void equal(String column, @Nullable Object value, StringBuilder text, List<Object> values) {
            if (value != null) {
                text.append(" AND ").append(column).append(" = ?");
                values.add(value);
            }
        }

        /** @return the index of the next mark */
        int bind(PreparedStatement statement, int first) throws SQLException {
            int at = first;
            for (Object value : values) {
                statement.setObject(at++, value);
            }
            return at;
        }
    }
}
