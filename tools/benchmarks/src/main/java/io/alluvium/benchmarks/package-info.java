/**
 * Measures the packaged services with real Kafka and real PostgreSQL, each in a process of its own, so that the CPU of
 * each can be told apart. Linux only: CPU is read from {@code /proc}.
 *
 * <p>{@link io.alluvium.benchmarks.Measure} has the commands. {@link io.alluvium.benchmarks.StackProcess} is the broker
 * and the database, {@link io.alluvium.benchmarks.ServiceProcess} the service, {@link io.alluvium.benchmarks.CopyProgram}
 * and {@link io.alluvium.benchmarks.InsertProgram} are what its sink is compared with.
 */
@org.jspecify.annotations.NullMarked
package io.alluvium.benchmarks;
