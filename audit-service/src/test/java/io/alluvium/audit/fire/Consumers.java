package io.alluvium.audit.fire;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.localstack.LocalStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The service processes of a test, by name. */
final class Consumers implements AutoCloseable {

    /** A killed consumer is missed after the least time that the broker accepts. */
    private static final Map<String, String> SETTINGS = Map.of(
            "audit.intake.enabled", "false",
            "audit.sink.pause", "1S",
            "mp.messaging.incoming.changes.session.timeout.ms", "6000");

    private final LocalStack stack;
    private final Map<String, ServiceProcess> running = new HashMap<>();

    Consumers(LocalStack stack) {
        this.stack = stack;
    }

    ServiceProcess start(String name) throws IOException {
        return start(name, Map.of());
    }

    /** @param settings in place of or beside those that every service of these tests has */
    ServiceProcess start(String name, Map<String, String> settings) throws IOException {
        Map<String, String> all = new HashMap<>(SETTINGS);
        all.putAll(settings);
        ServiceProcess process = ServiceProcess.start(stack, log(name), all);
        running.put(name, process);
        return process;
    }

    /** What the services of that name write, each behind the one before. */
    static Path log(String name) throws IOException {
        return Files.createDirectories(Path.of("target", "fire")).resolve(name + ".log");
    }

    void kill(String name) {
        running.get(name).kill();
    }

    void stop(String name) {
        running.get(name).stop();
    }

    void mustBeAlive() {
        assertThat(running.values()).anyMatch(ServiceProcess::isAlive);
    }

    @Override
    public void close() {
        running.values().forEach(ServiceProcess::close);
    }
}
