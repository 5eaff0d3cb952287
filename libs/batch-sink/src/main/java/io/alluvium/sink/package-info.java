/**
 * The write path: one poll of a Kafka consumer becomes one transaction of a SQL database.
 *
 * <p>{@link io.alluvium.sink.SinkLoop} keeps at a batch until {@link io.alluvium.sink.BatchSink} has stored it;
 * {@link io.alluvium.sink.PartitionCursors} knows what may be taken for the continuation of what is stored;
 * {@link io.alluvium.sink.EventMapping} turns a record into a row; a {@link io.alluvium.sink.BulkWriter} moves the
 * {@link io.alluvium.sink.Rows} into the table; {@link io.alluvium.sink.PoisonIsolator} finds the rows that the database
 * refuses; {@link io.alluvium.sink.OffsetStore} and {@link io.alluvium.sink.DeadLetterStore} complete the same
 * {@link io.alluvium.sink.SinkTransaction}. {@link io.alluvium.sink.SinkDatabase} is all that differs between PostgreSQL
 * and SQL Server. Plain Java: no framework knows this package and it knows none.
 */
@org.jspecify.annotations.NullMarked
package io.alluvium.sink;
