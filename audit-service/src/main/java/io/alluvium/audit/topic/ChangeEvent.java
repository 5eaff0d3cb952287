package io.alluvium.audit.topic;

import io.alluvium.sink.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * One change of one entity, as it is on the topic {@code audit.changes}. Valid by construction: only
 * {@link ChangeEventReader} makes them. Texts and images are ranges of the message that was read.
 *
 * @param entityType    1 to 100 characters
 * @param entityId      1 to 200 characters
 * @param oldValues     a JSON object, byte for byte as sent; null for an INSERT
 * @param newValues     a JSON object, byte for byte as sent; null for a DELETE
 * @param changedFields a JSON array of names; null where the event has none
 * @param changedBy     at most 100 characters; null when nobody is named
 * @param changedAt     microseconds since 1970-01-01T00:00:00Z
 * @param correlationId at most 100 characters
 * @param eventId       the id that a caller over HTTP gave in the body; null on the topic, where the header has it
 */
public record ChangeEvent(
        Utf8 entityType,
        Utf8 entityId,
        Operation operation,
        @Nullable Utf8 oldValues,
        @Nullable Utf8 newValues,
        @Nullable Utf8 changedFields,
        @Nullable Utf8 changedBy,
        long changedAt,
        @Nullable Utf8 correlationId,
        @Nullable String eventId) {

    /** {@code ce_type} of these events. */
    public static final String TYPE = "alluvium.audit.change.v1";

    public static final int MAX_ENTITY_TYPE = 100;
    public static final int MAX_ENTITY_ID = 200;
    public static final int MAX_CHANGED_BY = 100;
    public static final int MAX_CORRELATION_ID = 100;
    public static final int MAX_CHANGED_FIELDS = 1000;

    /** The Kafka key: changes of one entity stay in order. */
    public String key() {
        return entityType + ":" + entityId;
    }
}
