package io.alluvium.webhook.delivery;

import io.alluvium.webhook.table.EventStatus;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of the events of a lane, or of the first ones of them: those that are not named were not begun.
 *
 * @param pause until the lane may be taken again, because its first event waits; null when it may be at once
 */
record LaneResult(Lane lane, List<EventResult> events, List<Attempt> attempts, @Nullable Duration pause) {

    /**
     * @param status   COMPLETED, DEAD_LETTER, or PENDING when it waits for another attempt
     * @param attempts rounds it has had by now
     * @param error    of the last round
     * @param routes   JSON text of {@link RouteProgress}; null when nothing is to be kept
     * @param took     the last round
     */
    record EventResult(
            StoredEvent event,
            EventStatus status,
            int attempts,
            @Nullable String error,
            @Nullable String routes,
            Duration took) {}

    /** A lane that is given back as it was taken. */
    static LaneResult untouched(Lane lane) {
        return new LaneResult(lane, List.of(), List.of(), null);
    }
}
