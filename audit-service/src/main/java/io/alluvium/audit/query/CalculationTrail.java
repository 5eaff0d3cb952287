package io.alluvium.audit.query;

import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lists of changes of calculations, newest first. A search that finds little goes on where one statement ends, past the
 * days on which the roll-up has nothing of the kind: the usual list is complete in one answer. Thread-safe.
 */
@Singleton
final class CalculationTrail {

    /** Statements for one list. What they do not reach is on the next page. */
    static final int MOST_STATEMENTS = 40;

    /** Characters of images after which a list ends early: an image may have a megabyte. */
    private static final long MOST_CHARACTERS = 8_000_000;

    private static final Instant BEFORE_ALL = Instant.parse("0001-01-01T00:00:00Z");

    private final Changes changes;
    private final Reading reading;

    CalculationTrail(Changes changes, Reading reading) {
        this.changes = changes;
        this.reading = reading;
    }

    /**
     * @param filter of at least one entity type
     * @param after  where the page before ended; null for the newest changes
     */
    ChangePage page(ChangeFilter filter, @Nullable Position after, int limit) throws SQLException {
        List<Change> found = new ArrayList<>();
        Position position = after;
        for (int statement = 1; ; statement++) {
            ChangePage page = changes.page(filter, position, limit - found.size());
            found.addAll(page.changes());
            position = page.next();
            boolean full = found.size() == limit || characters(found) > MOST_CHARACTERS;
            if (position == null || full || statement == MOST_STATEMENTS) {
                return new ChangePage(found, position);
            }
            position = pastEmptyDays(filter, position);
            if (position == null) {
                return new ChangePage(found, null);
            }
        }
    }

    CalculationTimeline timeline(CalculationType type, long id) throws SQLException {
        String entityId = Long.toString(id);
        ChangePage page = page(ChangeFilter.ofEntity(type.entityType(), entityId), null, CalculationTimeline.MOST);
        Change oldest = page.next() == null
                ? null
                : changes.firstAfter(type.entityType(), entityId, BEFORE_ALL).orElse(null);
        return CalculationTimeline.of(type, id, page.changes(), oldest);
    }

    /** The end of the newest day on which there may be more; null when there is none. */
    private @Nullable Position pastEmptyDays(ChangeFilter filter, Position position) throws SQLException {
        if (!filter.entityIds().isEmpty()) {
            return position; // the roll-up does not tell entities apart
        }
        LocalDate day = LocalDate.ofInstant(position.changedAt(), ZoneOffset.UTC);
        LocalDate newest = newestDay(filter, day);
        if (newest == null) {
            return null;
        }
        return newest.equals(day) ? position : new Position(new Days(newest, newest).end(), Long.MAX_VALUE);
    }

    /** The journal first: what is folded in between is then found in the totals, whatever the database isolates. */
    private @Nullable LocalDate newestDay(ChangeFilter filter, LocalDate last) throws SQLException {
        LocalDate unfolded = reading.all(newestDay("change_unfolded", filter, last), CalculationTrail::day)
                .get(0);
        LocalDate folded =
                reading.some(newestDay("change_total", filter, last), rows -> rows.next() ? day(rows) : null);
        if (unfolded == null || folded == null) {
            return unfolded == null ? folded : unfolded;
        }
        return unfolded.isAfter(folded) ? unfolded : folded;
    }

    private static @Nullable LocalDate day(ResultSet row) throws SQLException {
        return row.getObject("day", LocalDate.class);
    }

    private Sql newestDay(String counts, ChangeFilter filter, LocalDate last) {
        Sql sql = reading.sql()
                .add("SELECT MAX(day) AS day FROM " + counts + " WHERE changes > 0 AND day <= ? AND ", last)
                .addIn("entity_type", filter.entityTypes());
        Instant from = filter.from();
        if (from != null) {
            sql.add(" AND day >= ?", LocalDate.ofInstant(from, ZoneOffset.UTC));
        }
        if (!filter.operations().isEmpty()) {
            sql.add(" AND ").addIn("operation", filter.operations());
        }
        if (!filter.users().isEmpty()) {
            sql.add(" AND ").addIn("changed_by", filter.users());
        }
        return sql;
    }

    private static long characters(List<Change> found) {
        return found.stream().mapToLong(Change::characters).sum();
    }
}
