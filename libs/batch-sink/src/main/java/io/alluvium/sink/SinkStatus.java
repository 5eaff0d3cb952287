package io.alluvium.sink;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A sink at one moment.
 *
 * @param reason        why it does not run; null while it does
 * @param since         when it came into this state
 * @param books         since the process started
 * @param lastBatchAt   when a batch was last stored
 * @param lastBatchSize records of that batch
 * @param lastBatchTook from being handed over to being stored, all attempts included
 * @param rowsPerSecond stored over the last ten seconds
 */
public record SinkStatus(
        String topic,
        State state,
        @Nullable String reason,
        Instant since,
        Books books,
        @Nullable Instant lastBatchAt,
        int lastBatchSize,
        Duration lastBatchTook,
        double rowsPerSecond) {

    public enum State {
        /** No batch has come yet. */
        STARTING,
        /** The last batch was stored. */
        RUNNING,
        /** A batch could not be stored for a reason that may pass by itself. */
        RETRYING,
        /** A batch cannot be stored until something is mended; it is tried again every few seconds all the same. */
        PAUSED,
        /** Closed. */
        STOPPED
    }
}
