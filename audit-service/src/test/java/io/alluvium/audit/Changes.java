package io.alluvium.audit;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Change events as a producer sends them. */
public final class Changes {

    public static final String TOPIC = "audit.changes";

    private Changes() {}

    /** An UPDATE of {@code order:entityId} that carries {@code number} in its images. */
    public static String update(String entityId, int number) {
        return """
                {"entity_type":"order","entity_id":"%s","operation":"UPDATE",\
                "old_values":{"amount":%d.50,"state":"open"},"new_values":{"amount":%d.50,"state":"open"},\
                "changed_by":"tester","changed_at":"2026-11-20T10:00:00.%06dZ"}"""
                .formatted(entityId, number, number + 1, number % 1_000_000);
    }

    public static ProducerRecord<byte[], byte[]> event(UUID id, String key, String data) {
        ProducerRecord<byte[], byte[]> event = new ProducerRecord<>(TOPIC, utf8(key), utf8(data));
        event.headers()
                .add("ce_specversion", utf8("1.0"))
                .add("ce_id", utf8(id.toString()))
                .add("ce_source", utf8("/test"))
                .add("ce_type", utf8("alluvium.audit.change.v1"))
                .add("content-type", utf8("application/json"));
        return event;
    }

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
