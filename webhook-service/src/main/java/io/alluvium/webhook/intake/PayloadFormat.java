package io.alluvium.webhook.intake;

import java.util.List;

/** How a source writes what happened. Thread-safe. */
@FunctionalInterface
interface PayloadFormat {

    /**
     * @param body the delivery's, no longer compressed
     * @return at least one record
     * @throws io.alluvium.kit.Problem 400 that names the field, or 413 when there are too many records
     */
    List<ReceivedRecord> read(Headers headers, byte[] body);
}
