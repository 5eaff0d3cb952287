package io.alluvium.webhook.query;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event in a list.
 *
 * @param eventId       the id that the source gave it
 * @param status        pending, processing (a worker has it), completed, failed (given up) or dead_letter
 * @param attempts      rounds of delivery that it has had
 * @param nextAttemptAt when it is pending: the earliest moment of the next round
 */
record EventView(
        UUID id,
        String source,
        String eventId,
        String eventType,
        @Nullable String module,
        @Nullable String recordId,
        @Nullable String userId,
        Instant eventTimestamp,
        Instant receivedAt,
        String status,
        int attempts,
        @Nullable Instant nextAttemptAt,
        @Nullable String lastError,
        @Nullable Instant processedAt) {}
