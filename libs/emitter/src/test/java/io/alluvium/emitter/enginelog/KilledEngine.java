package io.alluvium.emitter.enginelog;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/** An engine that logs a step each millisecond or so and says which, until it is killed. */
final class KilledEngine {

    private KilledEngine() {}

    public static void main(String[] arguments) {
        EngineLog log = EngineLog.open(settings(arguments[0], arguments[1], Path.of(arguments[2])));
        for (int i = Integer.parseInt(arguments[3]); ; i++) {
            log.logSteps(new Step().recordingId(7).stepId(i));
            System.out.println(i + " " + System.currentTimeMillis());
            LockSupport.parkNanos(500_000);
        }
    }

    static EngineLogSettings settings(String brokers, String topic, Path spill) {
        return new EngineLogSettings(
                Map.of("bootstrap.servers", brokers),
                topic,
                "/engine/killed",
                UUID.randomUUID(),
                spill,
                100_000_000,
                65_536,
                Duration.ofMillis(500),
                Duration.ofSeconds(10),
                System.err::println);
    }
}
