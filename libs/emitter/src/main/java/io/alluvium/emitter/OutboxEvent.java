package io.alluvium.emitter;

import java.util.Map;

/**
 * An event on its way to Kafka.
 *
 * @param key     what must stay in order
 * @param headers in the order in which the record gets them
 * @param payload JSON
 */
record OutboxEvent(String eventId, String topic, String key, Map<String, String> headers, String payload) {

    /** @param id in the order of the outbox */
    record Stored(long id, OutboxEvent event) {}
}
