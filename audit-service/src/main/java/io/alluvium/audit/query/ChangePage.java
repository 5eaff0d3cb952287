package io.alluvium.audit.query;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes in order, newest first.
 *
 * @param next where to go on; null when there is nothing more. A page may be short, even empty, and still have one: the
 *     search looked at as many rows as one request may.
 */
record ChangePage(List<Change> changes, @Nullable Position next) {

    @Nullable
    String nextCursor() {
        return next == null ? null : next.cursor();
    }
}
