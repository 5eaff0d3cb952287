package io.alluvium.audit.query;

import io.alluvium.kit.Cursor;
import io.alluvium.kit.Problem;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A place in the trail, newest first: changes made at one moment are told apart by the order of storing. */
record Position(Instant changedAt, long id) {

    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");

    /** @return null where the client sent no cursor: the newest change */
    static @Nullable Position of(@Nullable String cursor) {
        Cursor read = Cursor.read(cursor, Instant.class, Long.class);
        if (read == null) {
            return null;
        }
        Instant changedAt = read.time(0);
        if (changedAt.isBefore(FIRST) || changedAt.isAfter(LAST)) {
            throw Problem.badRequest("cursor", "is not a cursor that this list gave out");
        }
        return new Position(changedAt, read.number(1));
    }

    String cursor() {
        return Cursor.after(changedAt, id);
    }
}
