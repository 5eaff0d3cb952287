package io.alluvium.webhook.delivery;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One try to hand an event to a route, for the history.
 *
 * @param number     of this route's attempts with the event, from 1
 * @param httpStatus of an answer; null where there was none
 * @param detail     what was wrong, or why there was nothing to do; bounded, and without anything secret
 */
record Attempt(
        long eventSeq,
        String route,
        int number,
        Instant started,
        Duration took,
        Outcome outcome,
        @Nullable Integer httpStatus,
        @Nullable String detail) {

    static final int MAX_DETAIL = 500;

    enum Outcome {
        DELIVERED,
        FAILED,
        /** Failed, and another attempt would not help. */
        REFUSED
    }

    Attempt {
        if (detail != null && detail.length() > MAX_DETAIL) {
            detail = detail.substring(0, MAX_DETAIL - 1) + "…";
        }
        // Text with U+0000 is stored nowhere; a destination may well answer with it.
        detail = detail == null ? null : detail.replace('\0', '\uFFFD');
    }
}
