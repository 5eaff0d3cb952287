package io.alluvium.webhook.query;

import io.agroal.api.AgroalDataSource;
import io.alluvium.kit.Cursor;
import io.alluvium.kit.Page;
import io.alluvium.kit.Problem;
import io.alluvium.webhook.query.AgentEventFilter.Checked;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads agent events, newest first, from a range of one index. What that index does not decide is looked up row by row, of a
 * bounded number of rows, so that no search reads the whole table. Thread-safe.
 */
@Singleton
final class AgentEvents {

    /** Rows that one request looks at. */
    static final int MOST_ROWS = 20_000;

    /** Characters of metadata after which a page ends early. */
    private static final long MOST_CHARACTERS = 8_000_000;

    private static final int TIMEOUT_SECONDS = 20;
    private static final int PORTION = 128;

    /** An index is read in its order and as far as is needed, whatever the statistics say. */
    private static final String IN_ORDER_OF_AN_INDEX =
            "SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_seqscan = off";

    private static final String SELECT =
            """
            SELECT * FROM (
            SELECT event_id, seq, session_id, event_type, timestamp, actor, action, resource, metadata, kafka_partition,
                   kafka_offset, row_number() OVER (ORDER BY timestamp DESC, seq DESC) AS looked_at, (true""";

    private static final String FROM =
            """
            ) AS matches
            FROM audit_events
            WHERE timestamp >= ? AND timestamp <= ? AND (timestamp, seq) < (?, ?)""";

    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");

    private final AgroalDataSource dataSource;

    AgentEvents(AgroalDataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** @param cursor where the page before ended; null for the newest events */
    Page<AgentEvent> page(AgentEventFilter filter, @Nullable String cursor, int limit) throws SQLException {
        Checked asked = filter.checked();
        Cursor after = Cursor.read(cursor, Instant.class, Long.class);
        if (after != null && (after.time(0).isBefore(FIRST) || after.time(0).isAfter(LAST))) {
            throw Problem.badRequest("cursor", "is not a cursor that this list gave out");
        }
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false); // outside a transaction, PostgreSQL hands over everything at once
            try (Statement setting = connection.createStatement();
                    PreparedStatement statement = connection.prepareStatement(sql(asked.columns()))) {
                setting.execute(IN_ORDER_OF_AN_INDEX);
                bind(statement, asked, after);
                try (ResultSet rows = statement.executeQuery()) {
                    return page(rows, limit);
                }
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException failure) {
            if ("57014".equals(failure.getSQLState())) {
                throw Problem.unavailable(
                        "the database did not answer within " + TIMEOUT_SECONDS + " s", Duration.ofSeconds(10));
            }
            throw failure;
        }
    }

    // Names of columns are those of the filter, values are parameters. The first column is that of the index.
    static String sql(Map<String, String> columns) {
        StringBuilder sql = new StringBuilder(SELECT);
        List<String> names = List.copyOf(columns.keySet());
        names.stream().skip(1).forEach(name -> sql.append(" AND ").append(name).append(" IS NOT DISTINCT FROM ?"));
        sql.append(FROM);
        names.stream().limit(1).forEach(name -> sql.append(" AND ").append(name).append(" = ?"));
        return sql.append("\nORDER BY timestamp DESC, seq DESC LIMIT ")
                .append(MOST_ROWS)
                .append("\n) range WHERE matches OR looked_at = ")
                .append(MOST_ROWS)
                .append(" ORDER BY timestamp DESC, seq DESC")
                .toString();
    }

    private static void bind(PreparedStatement statement, Checked asked, @Nullable Cursor after) throws SQLException {
        int index = 1;
        Iterator<String> values = asked.columns().values().iterator();
        String ofIndex = values.hasNext() ? values.next() : null;
        while (values.hasNext()) {
            statement.setString(index++, values.next());
        }
        Instant from = asked.from() == null ? FIRST : asked.from();
        // Before this moment and number; a last moment that is included has every number.
        Instant to = asked.to() == null ? LAST : asked.to();
        boolean byCursor = after != null && !after.time(0).isAfter(to);
        statement.setObject(index++, from.atOffset(ZoneOffset.UTC));
        OffsetDateTime last = (byCursor ? after.time(0) : to).atOffset(ZoneOffset.UTC);
        statement.setObject(index++, last); // by itself, it spares the partitions of later months
        statement.setObject(index++, last);
        statement.setLong(index++, byCursor ? after.number(1) : Long.MAX_VALUE);
        if (ofIndex != null) {
            statement.setString(index, ofIndex);
        }
        statement.setQueryTimeout(TIMEOUT_SECONDS);
        statement.setFetchSize(PORTION);
    }

    private static Page<AgentEvent> page(ResultSet rows, int limit) throws SQLException {
        List<AgentEvent> found = new ArrayList<>(Math.min(limit, 200));
        long characters = 0;
        while (rows.next()) {
            if (found.size() == limit || characters > MOST_CHARACTERS) {
                return new Page<>(found, cursor(found.get(found.size() - 1)));
            }
            AgentEvent event = event(rows);
            if (rows.getBoolean("matches")) {
                found.add(event);
                characters += event.characters();
            }
            if (rows.getLong("looked_at") == MOST_ROWS) {
                return new Page<>(found, cursor(event));
            }
        }
        return new Page<>(found, null);
    }

    private static String cursor(AgentEvent last) {
        return Cursor.after(last.timestamp(), last.seq());
    }

    private static AgentEvent event(ResultSet row) throws SQLException {
        return new AgentEvent(
                row.getLong("seq"),
                row.getObject("event_id", UUID.class),
                row.getString("session_id"),
                row.getString("event_type"),
                row.getObject("timestamp", OffsetDateTime.class).toInstant(),
                row.getString("actor"),
                row.getString("action"),
                row.getString("resource"),
                row.getString("metadata"),
                row.getInt("kafka_partition"),
                row.getLong("kafka_offset"));
    }
}
