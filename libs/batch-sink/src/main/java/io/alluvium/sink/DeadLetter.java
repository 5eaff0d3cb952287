package io.alluvium.sink;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record that could not become a row, and why.
 *
 * @param reason   one sentence for the operator, at most 1000 characters
 * @param sqlState of the database's refusal; null where the record broke the contract of its topic
 */
record DeadLetter(ConsumerRecord<byte[], byte[]> polled, String reason, @Nullable String sqlState) {

    static final int MAX_REASON = 1000;

    DeadLetter {
        // PostgreSQL's text has no U+0000, and a reason must never be the next poison.
        reason = reason.replace('\0', '\uFFFD');
        if (reason.length() > MAX_REASON) {
            reason = reason.substring(0, MAX_REASON - 1) + "\u2026";
        }
    }
}
