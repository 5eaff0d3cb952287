package io.alluvium.sink;

import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One column of a {@link BulkTable}: its name and how a row yields its value, typed so that neither database needs
 * boxing or conversion on the way.
 *
 * @param <R> the row
 */
public sealed interface Column<R> {

    String name();

    /** {@code uuid} or {@code uniqueidentifier}. */
    record OfUuid<R>(String name, Function<R, @Nullable UUID> value) implements Column<R> {}

    /** {@code varchar(n)}, {@code text} or {@code nvarchar(n)}; the length is the mapping's to check. */
    record OfText<R>(String name, int maxLength, Function<R, @Nullable Utf8> value) implements Column<R> {}

    /** {@code json} or {@code nvarchar(max)}: well-formed JSON, passed through byte for byte. */
    record OfJson<R>(String name, Function<R, @Nullable Utf8> value) implements Column<R> {}

    /** {@code timestamptz} or {@code datetime2(7)}: microseconds since 1970-01-01T00:00:00Z. */
    record OfMicros<R>(String name, ToLongFunction<R> value) implements Column<R> {}

    /** {@code integer} or {@code int}, not null. */
    record OfInt<R>(String name, ToIntFunction<R> value) implements Column<R> {}

    /** {@code bigint}, not null. */
    record OfLong<R>(String name, ToLongFunction<R> value) implements Column<R> {}

    /** {@code integer} or {@code int}; null where unknown. */
    record OfNullableInt<R>(String name, Function<R, @Nullable Integer> value) implements Column<R> {}

    /** {@code bigint}; null where unknown. */
    record OfNullableLong<R>(String name, Function<R, @Nullable Long> value) implements Column<R> {}

    /** As {@link OfMicros}; null where unknown. */
    record OfNullableMicros<R>(String name, Function<R, @Nullable Long> value) implements Column<R> {}

    /** {@code double precision} or {@code float}; null where unknown. */
    record OfDouble<R>(String name, Function<R, @Nullable Double> value) implements Column<R> {}

    /** {@code boolean} or {@code bit}; null where unknown. */
    record OfBoolean<R>(String name, Function<R, @Nullable Boolean> value) implements Column<R> {}

    /** {@code bytea} or {@code varbinary(max)}. */
    record OfBytes<R>(String name, Function<R, byte @Nullable []> value) implements Column<R> {}
}
