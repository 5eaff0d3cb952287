package io.alluvium.emitter;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Events that are committed and not yet known to be in Kafka. An application makes the table by {@code outbox.postgresql.sql}
 * or {@code outbox.sqlserver.sql}, which are beside this class. Immutable.
 *
 * @param name of the table, with its schema where it needs one
 */
record OutboxTable(String name) {

    static final String DEFAULT_NAME = "outbox";

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)?");

    private static final String INSERT =
            """
            INSERT INTO %s (event_id, topic, record_key, headers, payload) VALUES (?, ?, ?, ?, ?)
            """;

    private static final String DELETE = """
            DELETE FROM %s WHERE id = ?
            """;

    OutboxTable {
        requireName(name);
    }

    static void requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("the outbox must be the name of a table, got " + name);
        }
    }

    /** Writes the events in their order, in the transaction of the connection. */
    void insert(Connection connection, List<OutboxEvent> events) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT.formatted(name))) {
            for (OutboxEvent event : events) {
                insert.setString(1, event.eventId());
                insert.setString(2, event.topic());
                insert.setString(3, event.key());
                insert.setString(4, json(event.headers()));
                insert.setString(5, event.payload());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** @return whether this transaction now is the only one that publishes; until it ends no other can become it */
    boolean lock(Connection connection, OutboxDatabase database) throws SQLException {
        try (PreparedStatement lock =
                connection.prepareStatement(database.lock().formatted(name))) {
            lock.setString(1, "alluvium " + name);
            try (ResultSet answer = lock.executeQuery()) {
                return answer.next() && answer.getInt(1) >= 0;
            }
        }
    }

    /**
     * Reads the oldest events.
     *
     * @param after    0, or the id behind which to go on in the same pass
     * @param most     rows
     * @param mostSize characters of payload; one event is read however large it is
     */
    List<OutboxEvent.Stored> oldest(Connection connection, OutboxDatabase database, long after, int most, int mostSize)
            throws SQLException {
        List<OutboxEvent.Stored> rows = new ArrayList<>();
        try (PreparedStatement select =
                connection.prepareStatement(database.oldest().formatted(name, most))) {
            select.setFetchSize(50);
            select.setLong(1, after);
            try (ResultSet row = select.executeQuery()) {
                long size = 0;
                while (size < mostSize && row.next()) {
                    OutboxEvent event = new OutboxEvent(
                            row.getString(2),
                            row.getString(3),
                            row.getString(4),
                            map(row.getString(5)),
                            row.getString(6));
                    rows.add(new OutboxEvent.Stored(row.getLong(1), event));
                    size += event.payload().length();
                }
            }
        }
        return rows;
    }

    void delete(Connection connection, Collection<Long> ids) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(DELETE.formatted(name))) {
            for (long id : ids) {
                delete.setLong(1, id);
                delete.addBatch();
            }
            delete.executeBatch();
        }
    }

    private static String json(Map<String, String> headers) {
        StringWriter text = new StringWriter(256);
        try (JsonGenerator to = ImageJson.FACTORY.createGenerator(text)) {
            to.writeStartObject();
            for (Map.Entry<String, String> header : headers.entrySet()) {
                to.writeStringField(header.getKey(), header.getValue());
            }
            to.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException("a string takes everything", impossible);
        }
        return text.toString();
    }

    private static Map<String, String> map(String json) throws SQLException {
        Map<String, String> headers = new LinkedHashMap<>();
        try (JsonParser parser = ImageJson.FACTORY.createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                headers.put(parser.currentName(), parser.nextTextValue());
            }
        } catch (IOException broken) {
            throw new SQLException("the headers of an event in the outbox are no JSON object", broken);
        }
        return headers;
    }
}
