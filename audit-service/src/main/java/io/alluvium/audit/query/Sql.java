package io.alluvium.audit.query;

import io.alluvium.sink.SinkDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A statement that is put together from fixed pieces, and the values of its parameters. Not thread-safe. */
final class Sql {

    private final SinkDatabase database;
    private final StringBuilder text = new StringBuilder(1024);
    private final List<Object> values = new ArrayList<>();

    Sql(SinkDatabase database) {
        this.database = database;
    }

    /** @param pieceValues one for each question mark of the piece */
    Sql add(String piece, Object... pieceValues) {
        text.append(piece);
        values.addAll(List.of(pieceValues));
        return this;
    }

    Sql addAll(Sql other) {
        text.append(other.text);
        values.addAll(other.values);
        return this;
    }

    /** {@code column = ?} or {@code column IN (?, ...)}. */
    Sql addIn(String column, List<?> alternatives) {
        text.append(column);
        if (alternatives.size() == 1) {
            text.append(" = ?");
        } else {
            text.append(" IN (?").append(", ?".repeat(alternatives.size() - 1)).append(')');
        }
        values.addAll(alternatives);
        return this;
    }

    /** @param timeout after which the database gives up, in whole seconds */
    PreparedStatement prepare(Connection connection, int timeout) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(text.toString());
        try {
            statement.setQueryTimeout(timeout);
            for (int i = 0; i < values.size(); i++) {
                statement.setObject(i + 1, bound(values.get(i)));
            }
            return statement;
        } catch (SQLException failure) {
            statement.close();
            throw failure;
        }
    }

    private Object bound(Object value) {
        if (value instanceof Instant time) {
            // A datetimeoffset parameter would make SQL Server convert the column, and no index would fit.
            return database == SinkDatabase.POSTGRESQL
                    ? time.atOffset(ZoneOffset.UTC)
                    : LocalDateTime.ofInstant(time, ZoneOffset.UTC);
        }
        return value instanceof UUID id && database == SinkDatabase.SQLSERVER ? id.toString() : value;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
