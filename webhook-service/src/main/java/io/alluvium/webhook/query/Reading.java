package io.alluvium.webhook.query;

import io.agroal.api.AgroalDataSource;
import io.alluvium.kit.Problem;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs one statement that reads, by indexes and with a bound to its time. Thread-safe. */
@Singleton
final class Reading {

    /** Seconds after which the database gives up a statement. Each reads a bounded range: this is for bad days. */
    private static final int TIMEOUT = 20;

    /** Rows that PostgreSQL hands over at a time. */
    private static final int PORTION = 256;

    /** Where statistics are old PostgreSQL would rather collect a range and sort it, and there is no bound to that. */
    private static final String IN_ORDER_OF_AN_INDEX =
            """
            SELECT set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true),
                   set_config('enable_seqscan', 'off', true)
            """;

    /** Makes something of the rows of an answer; it need not read all of them. */
    @FunctionalInterface
    interface Rows<T> {
        T read(ResultSet rows) throws SQLException;
    }

    private final AgroalDataSource dataSource;

    Reading(AgroalDataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** @param values null, text, numbers, times, ids; a list becomes an array of texts, an array of Long one of numbers */
    <T> T read(String sql, List<@Nullable Object> values, Rows<T> reader) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false); // outside a transaction, PostgreSQL hands over everything at once
            try (PreparedStatement setting = connection.prepareStatement(IN_ORDER_OF_AN_INDEX);
                    PreparedStatement statement = connection.prepareStatement(sql)) {
                setting.execute();
                statement.setQueryTimeout(TIMEOUT);
                statement.setFetchSize(PORTION);
                for (int i = 0; i < values.size(); i++) {
                    statement.setObject(i + 1, bound(connection, values.get(i)));
                }
                try (ResultSet rows = statement.executeQuery()) {
                    return reader.read(rows);
                }
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException failure) {
            throw explained(failure);
        }
    }

    private static @Nullable Object bound(Connection connection, @Nullable Object value) throws SQLException {
        if (value instanceof Instant time) {
            return time.atOffset(ZoneOffset.UTC);
        }
        if (value instanceof List<?> texts) {
            return connection.createArrayOf("varchar", texts.toArray());
        }
        return value instanceof Long[] numbers ? connection.createArrayOf("bigint", numbers) : value;
    }

    static @Nullable Instant time(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static SQLException explained(SQLException failure) {
        if ("57014".equals(failure.getSQLState())) {
            throw Problem.unavailable("the database did not answer within " + TIMEOUT + " s", Duration.ofSeconds(10));
        }
        return failure;
    }
}
