package io.alluvium.webhook.query;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An event with all that is known of it.
 *
 * @param recordData as it was received
 * @param routes     how far each route is, while they are not all done
 * @param history    every attempt, the newest ones where there are more than a thousand
 */
record EventDetail(
        @JsonUnwrapped EventView event,
        @JsonRawValue @Schema(type = SchemaType.OBJECT) @Nullable String recordData,
        @JsonRawValue @Schema(type = SchemaType.ARRAY, implementation = String.class) @Nullable String modifiedFields,
        @JsonRawValue @Schema(type = SchemaType.OBJECT) String headers,
        String bodySha256,
        String orderKey,
        KafkaPosition kafka,
        Instant storedAt,
        @JsonRawValue @Schema(type = SchemaType.OBJECT) @Nullable String routes,
        List<AttemptView> history) {

    /** Where the event was read from. */
    record KafkaPosition(String topic, int partition, long offset) {}

    /** @param outcome delivered, failed (to be tried again, or the last one) or refused (not to be) */
    record AttemptView(
            String route,
            int number,
            Instant startedAt,
            double durationMs,
            String outcome,
            @Nullable Integer httpStatus,
            @Nullable String detail) {}
}
