package io.alluvium.sink;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A table as the bulk writers see it. Names come from the code of a service, never from data, and are checked all the
 * same, since they become part of statements.
 *
 * @param name    unqualified; the schema is the connection's
 * @param columns those that are written, in the order of writing; the others take their defaults
 * @param key     names of the columns that identify a row, under a unique constraint; for append-only tables exactly one
 *                {@link Column.OfUuid}, the event id
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
        if (key.size() == 1 && column(key.get(0)) instanceof Column.OfUuid<R> id) {
            return id;
        }
        throw new IllegalArgumentException("an append-only table is keyed by one uuid column, " + name + " by " + key);
    }
}
