package io.alluvium.webhook.intake;

import io.alluvium.sink.Utf8;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One record of a payload.
 *
 * @param ownId          where each record of the payload has an id of its own
 * @param data           a JSON object, a range of the body
 * @param modifiedFields a JSON array of names, a range of the body
 * @param at             when it happened; null where the payload does not tell
 */
record ReceivedRecord(
        @Nullable String ownId,
        String eventType,
        @Nullable String module,
        @Nullable String recordId,
        Utf8 data,
        @Nullable Utf8 modifiedFields,
        @Nullable String userId,
        @Nullable Instant at) {}
