package io.alluvium.sink;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Reduces a batch to the newest row of each key. */
final class Keys<R> {

    private final List<Function<R, @Nullable Object>> key;
    private final @Nullable ToLongFunction<R> newest;

    Keys(BulkTable<R> table, @Nullable String newestColumn) {
        this.key = table.key().stream().map(name -> value(table.column(name))).toList();
        this.newest = newestColumn == null ? null : number(table.column(newestColumn));
    }

    /** Marks the newest row of each key {@link Fate#STORED}, of equally new ones the last, and the others collapsed. */
    void collapse(Rows<R> rows) {
        Map<List<Object>, Integer> winners = new HashMap<>(rows.size() * 2);
        for (int i = 0; i < rows.size(); i++) {
            R row = rows.get(i);
            if (row == null) {
                continue;
            }
            List<Object> keyOfRow =
                    key.stream().<Object>map(column -> column.apply(row)).toList();
            Integer earlier = winners.get(keyOfRow);
            if (earlier != null && isOlder(row, rows.get(earlier))) {
                rows.mark(i, Fate.COLLAPSED);
                continue;
            }
            if (earlier != null) {
                rows.mark(earlier, Fate.COLLAPSED);
            }
            rows.mark(i, Fate.STORED);
            winners.put(keyOfRow, i);
        }
    }

    private boolean isOlder(R row, @Nullable R than) {
        return newest != null && than != null && newest.applyAsLong(row) < newest.applyAsLong(than);
    }

    private static <R> Function<R, @Nullable Object> value(Column<R> column) {
        if (column instanceof Column.OfText<R> text) {
            return row -> text.value().apply(row);
        } else if (column instanceof Column.OfUuid<R> id) {
            return row -> id.value().apply(row);
        } else if (column instanceof Column.OfInt<R> number) {
            return row -> number.value().applyAsInt(row);
        } else if (column instanceof Column.OfLong<R> || column instanceof Column.OfMicros<R>) {
            ToLongFunction<R> number = number(column);
            return number::applyAsLong;
        }
        throw new IllegalArgumentException("a key is text, uuid, integer, bigint or a time, not " + column.name());
    }

    private static <R> ToLongFunction<R> number(Column<R> column) {
        if (column instanceof Column.OfLong<R> number) {
            return number.value();
        } else if (column instanceof Column.OfMicros<R> time) {
            return time.value();
        }
        throw new IllegalArgumentException("the newest state is told by a bigint or a time, not by " + column.name());
    }
}
