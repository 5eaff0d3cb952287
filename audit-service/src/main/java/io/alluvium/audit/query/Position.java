package io.alluvium.audit.query;

import io.alluvium.kit.Cursor;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A place in the trail, newest first: changes made at one moment are told apart by the order of storing. */
record Position(Instant changedAt, long id) {

    /** @return null where the client sent no cursor: the newest change */
    static @Nullable Position of(@Nullable String cursor) {
        Cursor read = Cursor.read(cursor, Instant.class, Long.class);
        return read == null ? null : new Position(read.time(0), read.number(1));
    }

    String cursor() {
        return Cursor.after(changedAt, id);
    }
}
