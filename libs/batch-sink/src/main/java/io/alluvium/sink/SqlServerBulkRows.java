package io.alluvium.sink;

import com.microsoft.sqlserver.jdbc.ISQLServerBulkData;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Hands rows to {@code SQLServerBulkCopy} one by one, mapped when they are asked for. */
final class SqlServerBulkRows<R> implements ISQLServerBulkData {

    private static final long serialVersionUID = 1L;

    /** Read as year-month-day by datetime2 in every language of the server, and without the time zone of this JVM. */
    private static final DateTimeFormatter DATETIME2 =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

    private static final int UNLIMITED = 1_073_741_823;

    /** How a column goes over the wire. */
    private record Wire<R>(String name, int type, int precision, int scale, Function<R, @Nullable Object> value) {}

    private final transient Rows<R> rows;
    private final transient List<Wire<R>> wires;
    private final boolean numbered;
    private int index = -1;

    /**
     * @param staged for the stage: ids and times go as text, and a last column {@code row_number} is added, the index of
     *     the row among {@code rows}
     */
    SqlServerBulkRows(BulkTable<R> table, Rows<R> rows, boolean staged) {
        this.rows = rows;
        this.wires =
                table.columns().stream().map(column -> wire(column, staged)).toList();
        this.numbered = staged;
    }

    @Override
    public Set<Integer> getColumnOrdinals() {
        Set<Integer> ordinals = new TreeSet<>();
        for (int i = 1; i <= wires.size() + (numbered ? 1 : 0); i++) {
            ordinals.add(i);
        }
        return ordinals;
    }

    @Override
    public String getColumnName(int column) {
        return column > wires.size() ? "row_number" : wires.get(column - 1).name();
    }

    @Override
    public int getColumnType(int column) {
        return column > wires.size() ? Types.INTEGER : wires.get(column - 1).type();
    }

    @Override
    public int getPrecision(int column) {
        return column > wires.size() ? 0 : wires.get(column - 1).precision();
    }

    @Override
    public int getScale(int column) {
        return column > wires.size() ? 0 : wires.get(column - 1).scale();
    }

    @Override
    public boolean next() {
        do {
            index++;
        } while (index < rows.size() && !rows.isToBeWritten(index));
        return index < rows.size();
    }

    @Override
    public @Nullable Object[] getRowData() {
        R row = java.util.Objects.requireNonNull(rows.get(index));
        @Nullable Object[] values = new Object[wires.size() + (numbered ? 1 : 0)];
        for (int i = 0; i < wires.size(); i++) {
            values[i] = wires.get(i).value().apply(row);
        }
        if (numbered) {
            values[values.length - 1] = index;
        }
        return values;
    }

    private static <R> Wire<R> wire(Column<R> column, boolean staged) {
        String name = column.name();
        if (column instanceof Column.OfText<R> text) {
            return new Wire<>(
                    name,
                    Types.NVARCHAR,
                    text.maxLength(),
                    0,
                    row -> string(text.value().apply(row)));
        } else if (column instanceof Column.OfJson<R> json) {
            return new Wire<>(
                    name,
                    Types.LONGNVARCHAR,
                    UNLIMITED,
                    0,
                    row -> string(json.value().apply(row)));
        } else if (column instanceof Column.OfUuid<R> id) {
            int type = staged ? Types.NVARCHAR : Types.CHAR;
            return new Wire<>(name, type, 36, 0, row -> string(id.value().apply(row)));
        } else if (column instanceof Column.OfMicros<R> time) {
            int type = staged ? Types.NVARCHAR : Types.TIMESTAMP;
            return new Wire<>(name, type, 27, 7, row -> datetime2(time.value().applyAsLong(row)));
        } else if (column instanceof Column.OfInt<R> number) {
            return new Wire<>(name, Types.INTEGER, 0, 0, row -> number.value().applyAsInt(row));
        } else if (column instanceof Column.OfLong<R> number) {
            return new Wire<>(name, Types.BIGINT, 0, 0, row -> number.value().applyAsLong(row));
        } else if (column instanceof Column.OfNullableInt<R> number) {
            return new Wire<>(name, Types.INTEGER, 0, 0, row -> number.value().apply(row));
        } else if (column instanceof Column.OfNullableLong<R> number) {
            return new Wire<>(name, Types.BIGINT, 0, 0, row -> number.value().apply(row));
        } else if (column instanceof Column.OfNullableMicros<R> time) {
            int type = staged ? Types.NVARCHAR : Types.TIMESTAMP;
            return new Wire<>(
                    name, type, 27, 7, row -> nullableTime(time.value().apply(row)));
        } else if (column instanceof Column.OfDouble<R> number) {
            return new Wire<>(name, Types.DOUBLE, 0, 0, row -> number.value().apply(row));
        } else if (column instanceof Column.OfBoolean<R> flag) {
            return new Wire<>(name, Types.BIT, 0, 0, row -> flag.value().apply(row));
        } else if (column instanceof Column.OfBytes<R> bytes) {
            return new Wire<>(name, Types.LONGVARBINARY, Integer.MAX_VALUE, 0, row -> bytes.value()
                    .apply(row));
        }
        throw new IllegalStateException("a kind of column that bulk copy does not know: " + column);
    }

    private static @Nullable String string(@Nullable Utf8 text) {
        return text == null ? null : text.toString();
    }

    private static @Nullable String string(@Nullable UUID id) {
        return id == null ? null : id.toString();
    }

    private static @Nullable String nullableTime(@Nullable Long epochMicros) {
        return epochMicros == null ? null : datetime2(epochMicros);
    }

    static String datetime2(long epochMicros) {
        long seconds = Math.floorDiv(epochMicros, 1_000_000L);
        long micros = Math.floorMod(epochMicros, 1_000_000L);
        return DATETIME2.format(Instant.ofEpochSecond(seconds, micros * 1000));
    }
}
