package io.alluvium.audit.query;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.stream.Stream;

/** Whole days in UTC, both included. */
record Days(LocalDate first, LocalDate last) {

    Days {
        if (first.isAfter(last)) {
            throw new IllegalArgumentException(first + " is after " + last);
        }
    }

    /** Today and the days before it, {@code count} in all. */
    static Days back(int count, Instant now) {
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        return new Days(today.minusDays(count - 1L), today);
    }

    int count() {
        return (int) (last.toEpochDay() - first.toEpochDay()) + 1;
    }

    Stream<LocalDate> each() {
        return first.datesUntil(last.plusDays(1));
    }

    Instant start() {
        return first.atStartOfDay().toInstant(ZoneOffset.UTC);
    }

    /** The last microsecond: the databases keep no finer time. */
    Instant end() {
        return last.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC).minusNanos(1000);
    }
}
