package io.alluvium.webhook.delivery;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event as delivery reads it.
 *
 * @param seq            the order of storing
 * @param recordData     JSON text, as it was received
 * @param modifiedFields JSON text, an array of strings
 * @param headers        JSON text, an object of strings
 * @param attempts       rounds of delivery that it has had
 * @param routes         JSON text of {@link RouteProgress}; null before the first round
 */
record StoredEvent(
        long seq,
        UUID id,
        String orderKey,
        String source,
        String eventId,
        String eventType,
        @Nullable String module,
        @Nullable String recordId,
        @Nullable String recordData,
        @Nullable String modifiedFields,
        @Nullable String userId,
        Instant eventTimestamp,
        Instant receivedAt,
        String headers,
        String bodySha256,
        int attempts,
        @Nullable String routes) {}
