package io.alluvium.sink;

import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Streams rows into a table of PostgreSQL with one COPY statement. */
final class PostgresCopy<R> {

    /** Writes one value of a row; built once per column, so that the loop over rows asks for no types. */
    private interface Cell<R> {
        void put(R row, CopyBuffer out) throws SQLException;
    }

    private final List<Cell<R>> cells;

    PostgresCopy(List<Column<R>> columns) {
        this.cells = columns.stream().<Cell<R>>map(PostgresCopy::cell).toList();
    }

    /**
     * Sends the rows that the mapping did not refuse and that nothing has superseded.
     *
     * @param numbered adds the index of the row among {@code rows} as a last integer column
     */
    void copy(SinkTransaction transaction, String statement, Rows<R> rows, boolean numbered) throws SQLException {
        CopyIn copy =
                transaction.connection().unwrap(PGConnection.class).getCopyAPI().copyIn(statement);
        try {
            CopyBuffer out = new CopyBuffer(copy);
            int columns = cells.size() + (numbered ? 1 : 0);
            for (int i = 0; i < rows.size(); i++) {
                R row = rows.get(i);
                if (row == null || !rows.isToBeWritten(i)) {
                    continue;
                }
                out.row(columns);
                for (Cell<R> cell : cells) {
                    cell.put(row, out);
                }
                if (numbered) {
                    out.integer(i);
                }
            }
            out.end();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private static <R> Cell<R> cell(Column<R> column) {
        if (column instanceof Column.OfText<R> text) {
            return (row, out) -> utf8(text.value().apply(row), out);
        } else if (column instanceof Column.OfJson<R> json) {
            return (row, out) -> utf8(json.value().apply(row), out);
        } else if (column instanceof Column.OfUuid<R> id) {
            return (row, out) -> uuid(id.value().apply(row), out);
        } else if (column instanceof Column.OfMicros<R> time) {
            return (row, out) -> out.timestamp(time.value().applyAsLong(row));
        } else if (column instanceof Column.OfInt<R> number) {
            return (row, out) -> out.integer(number.value().applyAsInt(row));
        } else if (column instanceof Column.OfLong<R> number) {
            return (row, out) -> out.bigint(number.value().applyAsLong(row));
        } else if (column instanceof Column.OfNullableInt<R> number) {
            return (row, out) -> int4(number.value().apply(row), out);
        } else if (column instanceof Column.OfNullableLong<R> number) {
            return (row, out) -> int8(number.value().apply(row), out);
        } else if (column instanceof Column.OfNullableMicros<R> time) {
            return (row, out) -> timestamp(time.value().apply(row), out);
        } else if (column instanceof Column.OfDouble<R> number) {
            return (row, out) -> float8(number.value().apply(row), out);
        } else if (column instanceof Column.OfBoolean<R> flag) {
            return (row, out) -> bool(flag.value().apply(row), out);
        } else if (column instanceof Column.OfBytes<R> bytes) {
            return (row, out) -> bytea(bytes.value().apply(row), out);
        }
        throw new IllegalStateException("a kind of column that COPY does not know: " + column);
    }

    private static void utf8(@Nullable Utf8 text, CopyBuffer out) throws SQLException {
        if (text == null) {
            out.nullValue();
        } else {
            out.bytes(text.bytes(), text.offset(), text.length());
        }
    }

    private static void uuid(@Nullable UUID id, CopyBuffer out) throws SQLException {
        if (id == null) {
            out.nullValue();
        } else {
            out.uuid(id.getMostSignificantBits(), id.getLeastSignificantBits());
        }
    }

    private static void int4(@Nullable Integer value, CopyBuffer out) throws SQLException {
        if (value == null) {
            out.nullValue();
        } else {
            out.integer(value);
        }
    }

    private static void int8(@Nullable Long value, CopyBuffer out) throws SQLException {
        if (value == null) {
            out.nullValue();
        } else {
            out.bigint(value);
        }
    }

    private static void timestamp(@Nullable Long value, CopyBuffer out) throws SQLException {
        if (value == null) {
            out.nullValue();
        } else {
            out.timestamp(value);
        }
    }

    private static void float8(@Nullable Double number, CopyBuffer out) throws SQLException {
        if (number == null) {
            out.nullValue();
        } else {
            out.bigint(Double.doubleToLongBits(number));
        }
    }

    private static void bool(@Nullable Boolean flag, CopyBuffer out) throws SQLException {
        if (flag == null) {
            out.nullValue();
        } else {
            out.bool(flag);
        }
    }

    private static void bytea(byte @Nullable [] bytes, CopyBuffer out) throws SQLException {
        if (bytes == null) {
            out.nullValue();
        } else {
            out.bytes(bytes, 0, bytes.length);
        }
    }
}
