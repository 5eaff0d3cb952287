package io.alluvium.webhook.intake;

import java.time.Instant;

/**
 * One request of a source, as it came.
 *
 * @param body the raw bytes, which are what is signed; never changed
 */
record Delivery(Headers headers, byte[] body, Instant receivedAt) {}
