package io.alluvium.audit.query;

import io.alluvium.sink.SinkDatabase;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the trail. Each call is one statement of its own that reads what is committed. Thread-safe. */
@Singleton
final class Changes {

    /** Characters of images after which a page ends early: images may have a megabyte each. */
    private static final long MOST_CHARACTERS = 8_000_000;

    private static final String BY_EVENT_ID =
            """
            SELECT id, event_id, entity_type, entity_id, operation, old_values, new_values, changed_fields,
                   changed_by, changed_at, correlation_id
            FROM audit_change
            WHERE event_id = ?
            """;

    private static final String FIRST_AFTER =
            """
            SELECT id, event_id, entity_type, entity_id, operation, old_values, new_values, changed_fields,
                   changed_by, changed_at, correlation_id
            FROM audit_change
            WHERE entity_type = ? AND entity_id = ?""";

    // As in ChangeScan: a condition that fits the index of entities and no other.
    private static final String AFTER_POSTGRES = " AND (entity_id, changed_at) > (?, ?)";
    private static final String AFTER_SQLSERVER = " AND entity_id = ? AND changed_at > ?";
    private static final String OLDEST = " ORDER BY changed_at, id OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY";

    private final Reading reading;

    Changes(Reading reading) {
        this.reading = reading;
    }

    SinkDatabase database() {
        return reading.database();
    }

    Optional<Change> byEventId(UUID eventId) throws SQLException {
        return reading.all(reading.sql().add(BY_EVENT_ID, eventId), this::change).stream()
                .findFirst();
    }

    /** The last change of an entity up to a moment, that moment included. */
    Optional<Change> lastUntil(String entityType, String entityId, @Nullable Instant moment) throws SQLException {
        ChangeFilter until = ChangeFilter.ofEntity(entityType, entityId).between(null, moment);
        return page(until, null, 1).changes().stream().findFirst();
    }

    /** The first change of an entity after a moment. */
    Optional<Change> firstAfter(String entityType, String entityId, Instant moment) throws SQLException {
        Sql first = reading.sql()
                .add(FIRST_AFTER, entityType, entityId)
                .add(database() == SinkDatabase.POSTGRESQL ? AFTER_POSTGRES : AFTER_SQLSERVER, entityId, moment)
                .add(OLDEST);
        return reading.some(first, rows -> rows.next() ? Optional.of(change(rows)) : Optional.empty());
    }

    /** @param after where the page before ended; null for the newest changes */
    ChangePage page(ChangeFilter filter, @Nullable Position after, int limit) throws SQLException {
        ChangeScan scan = new ChangeScan(database(), filter, after, limit);
        return reading.some(scan.sql(), rows -> page(rows, limit, scan.rowsOfRange()));
    }

    private ChangePage page(ResultSet rows, int limit, int rowsOfRange) throws SQLException {
        List<Change> found = new ArrayList<>(Math.min(limit, 200));
        long characters = 0;
        while (rows.next()) {
            if (found.size() == limit || characters > MOST_CHARACTERS) {
                return new ChangePage(found, found.get(found.size() - 1).position());
            }
            Change change = change(rows);
            if (rows.getInt("matches") == 1) {
                found.add(change);
                characters += change.characters();
            }
            if (rows.getLong("row_of_range") == rowsOfRange) {
                // Rows of this range beyond here were not looked at, so those of the others must wait, too.
                return new ChangePage(found, change.position());
            }
        }
        return new ChangePage(found, null);
    }

    private Change change(ResultSet row) throws SQLException {
        return new Change(
                row.getLong("id"),
                UUID.fromString(row.getString("event_id")),
                row.getString("entity_type"),
                row.getString("entity_id"),
                row.getString("operation"),
                row.getString("old_values"),
                row.getString("new_values"),
                row.getString("changed_fields"),
                row.getString("changed_by"),
                time(row, "changed_at"),
                row.getString("correlation_id"));
    }

    private Instant time(ResultSet row, String column) throws SQLException {
        return database() == SinkDatabase.POSTGRESQL
                ? row.getObject(column, OffsetDateTime.class).toInstant()
                : row.getObject(column, LocalDateTime.class).toInstant(ZoneOffset.UTC);
    }
}
