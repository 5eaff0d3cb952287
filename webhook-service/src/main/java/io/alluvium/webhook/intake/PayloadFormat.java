package io.alluvium.webhook.intake;

/** How a source writes what happened. Thread-safe. */
@FunctionalInterface
interface PayloadFormat {

    /**
     * @param body the delivery's, no longer compressed
     * @throws io.alluvium.kit.Problem 400 that names the field, or 413 when there are too many records
     */
    Payload read(Headers headers, byte[] body);
}
