package io.alluvium.webhook.delivery;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a destination made of an event; each variant says what is done next. */
sealed interface Answer {

    /**
     * It has it: never again.
     *
     * @param note why there was nothing to do; null otherwise
     */
    record Delivered(@Nullable Integer httpStatus, @Nullable String note) implements Answer {}

    /**
     * It failed and may succeed later: again by the route's schedule.
     *
     * @param down       whether that speaks against the destination rather than against the event
     * @param retryAfter what the destination asked for
     */
    record Failed(String reason, @Nullable Integer httpStatus, boolean down, @Nullable Duration retryAfter)
            implements Answer {}

    /** It will never take this event: a dead letter at once. */
    record Refused(String reason, @Nullable Integer httpStatus) implements Answer {}

    /** There was no attempt, or none that is the event's fault: again after the pause, and it counts for nothing. */
    record Later(String reason, Duration pause) implements Answer {}
}
