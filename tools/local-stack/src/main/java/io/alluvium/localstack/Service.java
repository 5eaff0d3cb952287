package io.alluvium.localstack;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * One service that {@code run} starts. A further one is a further line here.
 *
 * @param name     also its directory in the repository
 * @param offset   its port is the base plus this, its management port ten above
 * @param schema   its schema and role in the database
 * @param settings its own, beside those that all services get
 */
record Service(
        String name, int offset, String schema, BiFunction<RunDirectory, RunOptions, Map<String, String>> settings) {

    static final List<Service> ALL = List.of(
            new Service("audit-service", 1, "audit", (directory, options) -> Map.of()),
            new Service("webhook-service", 3, "webhook", LocalWebhooks::settings));

    private static final int MANAGEMENT = 10;

    static Service named(String name) {
        return ALL.stream()
                .filter(service -> service.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    int port(int base) {
        return base + offset;
    }

    int managementPort(int base) {
        return port(base) + MANAGEMENT;
    }

    Path jar(Path repository) {
        return repository.resolve(name).resolve("target/quarkus-app/quarkus-run.jar");
    }
}
