package io.alluvium.sink;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What makes a row of an append-only table the same as another: its event id, with its time where that is in the key. */
record AppendKey<R>(String columns, Function<R, @Nullable UUID> id, @Nullable ToLongFunction<R> micros) {

    private record Timed(@Nullable UUID id, long micros) {}

    static <R> AppendKey<R> of(BulkTable<R> table) {
        Column.OfMicros<R> time = table.partitionTime();
        return new AppendKey<>(
                String.join(", ", table.key()), table.eventId().value(), time == null ? null : time.value());
    }

    /** The key of a row: an object that equals what {@link #read} makes of the same columns. */
    @Nullable
    Object of(R row) {
        UUID own = id.apply(row);
        return micros == null ? own : new Timed(own, micros.applyAsLong(row));
    }

    /** @param keys stands on a row whose first columns are those of the key */
    @Nullable
    Object read(ResultSet keys) throws SQLException {
        UUID own = keys.getObject(1, UUID.class);
        if (micros == null) {
            return own;
        }
        OffsetDateTime time = keys.getObject(2, OffsetDateTime.class);
        return new Timed(own, time.toEpochSecond() * 1_000_000 + time.getNano() / 1_000);
    }
}
