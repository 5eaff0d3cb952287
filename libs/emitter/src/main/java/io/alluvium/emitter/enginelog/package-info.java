/**
 * What an engine adds in order to log without ever waiting: a call puts its row into memory and returns.
 *
 * <p>{@link io.alluvium.emitter.enginelog.EngineLog} puts a {@link io.alluvium.emitter.enginelog.LogEntry} into the
 * {@link io.alluvium.emitter.enginelog.LogRing}; the thread of {@link io.alluvium.emitter.enginelog.LogSender} takes it out
 * and gives it to {@link io.alluvium.emitter.enginelog.LogTopic}, which is Kafka, or while Kafka is away to
 * {@link io.alluvium.emitter.enginelog.LogSpill}, a file of SQLite, and from there to Kafka when it is back. What neither
 * takes goes to {@link io.alluvium.emitter.enginelog.LogConsole} and is counted by
 * {@link io.alluvium.emitter.enginelog.LogDrops}, and the log itself says so.
 */
@NullMarked
package io.alluvium.emitter.enginelog;

import org.jspecify.annotations.NullMarked;
