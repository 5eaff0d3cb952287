/**
 * What an application adds in order to report its changes: what Hibernate writes becomes an event, in the application's own
 * transaction, and the event reaches Kafka, whatever happens in between.
 *
 * <p>{@link io.alluvium.emitter.Audited} marks an entity; {@link io.alluvium.emitter.ChangedBy} says who is at work;
 * {@link io.alluvium.emitter.CaptureIntegrator} hangs {@link io.alluvium.emitter.CaptureListeners} into Hibernate, which
 * take the {@link io.alluvium.emitter.Image} of a row before and after; {@link io.alluvium.emitter.PendingChanges} writes
 * them into the {@link io.alluvium.emitter.OutboxTable} before the transaction commits;
 * {@link io.alluvium.emitter.OutboxRelay} publishes what is in there and deletes what Kafka has acknowledged.
 */
@NullMarked
package io.alluvium.emitter;

import org.jspecify.annotations.NullMarked;
