package io.alluvium.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * One change, as it is on the topic. Texts need no JSON escapes.
 *
 * @param changedAt microseconds since 1970-01-01T00:00:00Z
 */
record ChangeEvent(
        UUID id,
        String entityType,
        String entityId,
        String operation,
        @Nullable String oldValues,
        @Nullable String newValues,
        @Nullable String changedFields,
        String changedBy,
        long changedAt,
        @Nullable String correlationId) {

    private static final byte[] SPEC_VERSION = "1.0".getBytes(UTF_8);
    private static final byte[] SOURCE = "/shop".getBytes(UTF_8);
    private static final byte[] TYPE = "alluvium.audit.change.v1".getBytes(UTF_8);
    private static final byte[] JSON = "application/json".getBytes(UTF_8);

    String key() {
        return entityType + ":" + entityId;
    }

    String json() {
        StringBuilder json = new StringBuilder(600);
        json.append("{\"entity_type\":\"").append(entityType);
        json.append("\",\"entity_id\":\"").append(entityId);
        json.append("\",\"operation\":\"").append(operation).append('"');
        member(json, "old_values", oldValues);
        member(json, "new_values", newValues);
        member(json, "changed_fields", changedFields);
        json.append(",\"changed_by\":\"").append(changedBy);
        json.append("\",\"changed_at\":\"").append(Instant.EPOCH.plus(changedAt, ChronoUnit.MICROS));
        json.append('"');
        if (correlationId != null) {
            json.append(",\"correlation_id\":\"").append(correlationId).append('"');
        }
        return json.append('}').toString();
    }

    private static void member(StringBuilder json, String name, @Nullable String value) {
        if (value != null) {
            json.append(",\"").append(name).append("\":").append(value);
        }
    }

    /** @param partition null to have the key decide */
    ProducerRecord<byte[], byte[]> toRecord(String topic, @Nullable Integer partition) {
        ProducerRecord<byte[], byte[]> envelope =
                new ProducerRecord<>(topic, partition, key().getBytes(UTF_8), json().getBytes(UTF_8));
        envelope.headers()
                .add("ce_specversion", SPEC_VERSION)
                .add("ce_id", id.toString().getBytes(UTF_8))
                .add("ce_source", SOURCE)
                .add("ce_type", TYPE)
                .add("content-type", JSON);
        return envelope;
    }
}
