package io.alluvium.audit.query;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A stored change as it is answered. The images are the JSON text that was sent, which goes into the answer as it is:
 * numbers keep their digits, members their order.
 *
 * @param id drawn in the order of storing; breaks ties of {@code changedAt} and means nothing to clients
 */
record Change(
        @JsonIgnore long id,
        UUID eventId,
        String entityType,
        String entityId,
        String operation,
        @JsonRawValue @Schema(type = SchemaType.OBJECT, nullable = true) @Nullable String oldValues,
        @JsonRawValue @Schema(type = SchemaType.OBJECT, nullable = true) @Nullable String newValues,
        @JsonRawValue @Schema(type = SchemaType.ARRAY, implementation = String.class, nullable = true) @Nullable
                String changedFields,
        @Nullable String changedBy,
        Instant changedAt,
        @Nullable String correlationId) {

    /** How much there is to hold in memory. */
    int characters() {
        return length(oldValues) + length(newValues) + length(changedFields);
    }

    private static int length(@Nullable String json) {
        return json == null ? 0 : json.length();
    }

    Position position() {
        return new Position(changedAt, id);
    }
}
