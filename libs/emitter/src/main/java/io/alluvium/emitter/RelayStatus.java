package io.alluvium.emitter;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a relay is doing. Alert when {@code oldestWaiting} lies minutes back, or when {@code refusedKeys} is not empty: then
 * an event needs somebody to look at it.
 *
 * @param published       events that Kafka has acknowledged and the outbox no longer has, since the start of the relay
 * @param failures        rounds that failed, since the start
 * @param failuresInARow  0 when the last round went well
 * @param lastFailure     why the last failed round failed; null when none has
 * @param lastPublishedAt null before the first event
 * @param oldestWaiting   when the oldest event was made of the last batch that was read; null when it was empty
 * @param refusedKeys     keys whose events wait because Kafka refused one of them for what it is
 */
public record RelayStatus(
        State state,
        long published,
        long failures,
        int failuresInARow,
        @Nullable String lastFailure,
        @Nullable Instant lastPublishedAt,
        @Nullable Instant oldestWaiting,
        Set<String> refusedKeys) {

    /** What a relay can be doing. */
    public enum State {
        /** The outbox was empty. */
        IDLE,
        /** There are events, and Kafka takes them. */
        PUBLISHING,
        /** Another relay is at work at this moment. */
        STANDBY,
        /** Kafka or the database cannot be reached, or refuses: the relay tries again by itself. */
        BACKING_OFF,
        CLOSED
    }
}
