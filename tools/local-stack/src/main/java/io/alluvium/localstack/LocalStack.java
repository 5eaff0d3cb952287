package io.alluvium.localstack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kafka and PostgreSQL together. Both start side by side, since each of them mostly waits. Thread-safe. */
public final class LocalStack implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(LocalStack.class);

    private final LocalKafka kafka;
    private final LocalPostgres postgres;

    private LocalStack(LocalKafka kafka, LocalPostgres postgres) {
        this.kafka = kafka;
        this.postgres = postgres;
    }

    /**
     * A normal return means that both take requests.
     *
     * @param kafkaPort    0 for a free one
     * @param postgresPort 0 for a free one
     * @throws LocalStackException if one of them does not start; the other one is then stopped again
     */
    public static LocalStack start(Path directory, int kafkaPort, int postgresPort) {
        return start(directory, kafkaPort, postgresPort, (part, took) -> {});
    }

    /** @param whenReady is told each part's name and how long it took, on the thread that started it */
    static LocalStack start(Path directory, int kafkaPort, int postgresPort, BiConsumer<String, Duration> whenReady) {
        // Threads of our own: those of the common pool do not have the class loader of the caller, by which Kafka finds
        // classes.
        Executor eachInItsThread = task -> new Thread(task, "local-stack-start").start();
        CompletableFuture<LocalKafka> kafka = CompletableFuture.supplyAsync(
                timed("Kafka", whenReady, () -> LocalKafka.start(directory.resolve("kafka"), kafkaPort)),
                eachInItsThread);
        CompletableFuture<LocalPostgres> postgres = CompletableFuture.supplyAsync(
                timed("PostgreSQL", whenReady, () -> LocalPostgres.start(directory.resolve("postgres"), postgresPort)),
                eachInItsThread);
        try {
            return new LocalStack(kafka.join(), postgres.join());
        } catch (CompletionException failure) {
            closeWhatStarted(kafka);
            closeWhatStarted(postgres);
            throw failure.getCause() instanceof LocalStackException known
                    ? known
                    : new LocalStackException("the local stack does not start: " + failure.getCause(), failure);
        }
    }

    /**
     * The stack of all tests in this JVM: started by the first call, ended with the JVM, its data thrown away. It has topics and
     * schemas of other tests, so name yours after the test.
     */
    public static LocalStack shared() {
        return Shared.STACK;
    }

    public LocalKafka kafka() {
        return kafka;
    }

    public LocalPostgres postgres() {
        return postgres;
    }

    @Override
    public void close() {
        try (postgres) {
            kafka.close();
        }
    }

    private static <P> Supplier<P> timed(String part, BiConsumer<String, Duration> whenReady, Supplier<P> start) {
        return () -> {
            long began = System.nanoTime();
            P started = start.get();
            whenReady.accept(part, Duration.ofNanos(System.nanoTime() - began));
            return started;
        };
    }

    private static void closeWhatStarted(CompletableFuture<? extends AutoCloseable> part) {
        try {
            part.join().close();
        } catch (Exception didNotStart) { // why is reported by the caller, once
            LOGGER.atDebug().setCause(didNotStart).log("part of the local stack was not running");
        }
    }

    /** Holds the stack so that it starts when first asked for. */
    private static final class Shared {

        static final LocalStack STACK = startForThisJvm();

        private static LocalStack startForThisJvm() {
            try {
                Path directory = Files.createTempDirectory("alluvium-stack-");
                LocalStack stack = LocalStack.start(directory, 0, 0);
                Runtime.getRuntime().addShutdownHook(new Thread(() -> end(stack, directory), "local-stack-end"));
                return stack;
            } catch (IOException failure) {
                throw new LocalStackException("no temporary directory for the local stack: " + failure, failure);
            }
        }

        private static void end(LocalStack stack, Path directory) {
            try {
                stack.close();
                Directories.delete(directory);
            } catch (IOException | RuntimeException failure) {
                LOGGER.atWarn().setCause(failure).log("local stack not ended cleanly");
            }
        }
    }
}
