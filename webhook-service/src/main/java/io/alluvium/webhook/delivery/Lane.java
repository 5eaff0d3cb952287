package io.alluvium.webhook.delivery;

import java.util.List;
import java.util.UUID;

/**
 * What a worker has under a lease: the first pending events of one lane, in their order. Nobody else touches them until the
 * lease has ended.
 *
 * @param lease    drawn for this claim; results count only while the lane has it
 * @param endNanos when the lease ends, by {@link System#nanoTime()}: a little before it ends in the database
 * @param events   none if the lane is to be closed
 */
record Lane(String orderKey, UUID lease, long endNanos, List<StoredEvent> events) {}
