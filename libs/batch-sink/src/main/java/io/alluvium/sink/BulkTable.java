package io.alluvium.sink;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A table as the bulk writers see it. Names come from the code of a service, never from data, and are checked all the
 * same, since they become part of statements.
 *
 * @param name    unqualified; the schema is the connection's
 * @param columns those that are written, in the order of writing; the others take their defaults
 * @param key     names of the columns that identify a row, under a unique constraint; for append-only tables one
 *                {@link Column.OfUuid}, the event id. A table of PostgreSQL that is partitioned by a time has that time, a
 *                {@link Column.OfMicros}, behind it: no constraint of it can do without, and two events with one id and
 *                different times are then two events
 */
public record BulkTable<R>(String name, List<Column<R>> columns, List<String> key) {

    private static final Pattern IDENTIFIER = Pattern.compile("[a-z][a-z0-9_]{0,62}");

    public BulkTable {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
        identifier(name);
        List<String> names = columns.stream().map(Column::name).toList();
        names.forEach(BulkTable::identifier);
        if (key.isEmpty() || !names.containsAll(key)) {
            throw new IllegalArgumentException("key " + key + " of " + name + " must name columns of " + names);
        }
    }

    private static void identifier(String name) {
        if (!IDENTIFIER.matcher(name).matches()) {
            throw new IllegalArgumentException("not a plain lower-case SQL name: " + name);
        }
    }

    String columnList() {
        return String.join(", ", columnNames());
    }

    List<String> columnNames() {
        return columns.stream().map(Column::name).toList();
    }

    Column<R> column(String columnName) {
        return columns.stream()
                .filter(c -> c.name().equals(columnName))
                .findFirst()
                .orElseThrow();
    }

    /** The event id of an append-only table. */
    Column.OfUuid<R> eventId() {
        boolean alone = key.size() == 1 || key.size() == 2 && partitionTime() != null;
        if (alone && column(key.get(0)) instanceof Column.OfUuid<R> id) {
            return id;
        }
        throw new IllegalArgumentException(
                "an append-only table is keyed by one uuid column, and by the time that it is"
                        + " partitioned by, if it is; " + name + " by " + key);
    }

    /** The time that an append-only table is partitioned by; null where it is in one piece. */
    Column.@Nullable OfMicros<R> partitionTime() {
        return key.size() == 2 && column(key.get(1)) instanceof Column.OfMicros<R> time ? time : null;
    }
}
