package io.alluvium.webhook.query;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A stored agent event as it is answered; its metadata is the JSON text that was sent.
 *
 * @param seq drawn in the order of storing; breaks ties of {@code timestamp} and means nothing to clients
 */
@Schema(name = "AgentEvent")
record AgentEvent(
        @JsonIgnore long seq,
        UUID eventId,
        @Nullable String sessionId,
        String eventType,
        Instant timestamp,
        @Nullable String actor,
        String action,
        @Nullable String resource,
        @JsonRawValue @Schema(type = SchemaType.OBJECT, nullable = true) @Nullable String metadata,
        int kafkaPartition,
        long kafkaOffset) {

    int characters() {
        return metadata == null ? 0 : metadata.length();
    }
}
