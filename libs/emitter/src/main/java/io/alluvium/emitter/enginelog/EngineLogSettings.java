package io.alluvium.emitter.enginelog;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * How an engine logs.
 *
 * @param kafka         of the application's producers: at least {@code bootstrap.servers}; what is not one of Kafka's is ignored
 * @param topic         where the rows go
 * @param source        {@code ce_source} of the events: which engine this is
 * @param instance      of this run: numbers of connections and messages begin at 1 again with each
 * @param spillFile     where rows wait while Kafka is away; made when the log is opened, and so is its folder
 * @param spillLimit    bytes of the file beyond which rows are dropped and counted
 * @param ring          rows that wait in memory, rounded up to a power of two: 64 bytes each and what they hold
 * @param patience      how long Kafka may leave a row unanswered before it is spilled; so long a row may be in memory only
 * @param closeDeadline how long {@link EngineLog#close} may take to bring what is in memory to safety
 * @param console       takes the lines of the last resort
 */
public record EngineLogSettings(
        Map<String, Object> kafka,
        String topic,
        String source,
        UUID instance,
        Path spillFile,
        long spillLimit,
        int ring,
        Duration patience,
        Duration closeDeadline,
        Consumer<String> console) {

    public EngineLogSettings {
        kafka = Map.copyOf(kafka);
        if (!kafka.containsKey("bootstrap.servers")) {
            throw new IllegalArgumentException("kafka needs bootstrap.servers");
        }
        if (topic.isBlank() || source.isBlank()) {
            throw new IllegalArgumentException("topic and source must not be blank");
        }
        if (spillLimit < 1) {
            throw new IllegalArgumentException("spillLimit must be positive, got " + spillLimit);
        }
        if (ring < 64 || ring > 1 << 24) {
            throw new IllegalArgumentException("ring must be from 64 to " + (1 << 24) + ", got " + ring);
        }
        positive("patience", patience);
        positive("closeDeadline", closeDeadline);
    }

    private static void positive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(name + " must be longer than nothing, got " + duration);
        }
    }

    /**
     * What suits most: topic {@code engine.logs}, 1 GB of spill, 65,536 rows in memory, half a second of patience, 5 s to
     * close, {@code System.err}.
     */
    public static EngineLogSettings of(String bootstrapServers, Path spillFile) {
        return new EngineLogSettings(
                Map.of("bootstrap.servers", bootstrapServers),
                "engine.logs",
                "/engine",
                UUID.randomUUID(),
                spillFile,
                1_000_000_000L,
                65_536,
                Duration.ofMillis(500),
                Duration.ofSeconds(5),
                System.err::println);
    }
}
