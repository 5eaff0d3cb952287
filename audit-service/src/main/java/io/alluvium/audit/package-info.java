/**
 * The audit service: from a change of any entity to a row of the trail that can be queried.
 *
 * <p>{@code intake}: {@link io.alluvium.audit.intake.ChangeIntake} answers 202 once Kafka has the event. {@code topic}:
 * {@link io.alluvium.audit.topic.ChangeEvent} travels on {@code audit.changes}, keyed by entity. {@code sink}:
 * {@link io.alluvium.audit.sink.ChangeConsumer} stores one poll in one transaction. {@code table}:
 * {@link io.alluvium.audit.table.ChangeRow} is unique by event id. {@code query}:
 * {@link io.alluvium.audit.query.ChangeResource} reads newest first. Beside them {@code calculation}:
 * {@link io.alluvium.audit.calculation.CalculationChanges} reports its changes like any other application.
 */
@org.jspecify.annotations.NullMarked
package io.alluvium.audit;
