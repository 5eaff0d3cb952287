package io.alluvium.localstack;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A service as a process of its own, its output in a log file. Thread-safe. */
final class ServiceProcess implements AutoCloseable {

    private static final int READY_SECONDS = 120;
    private static final int STOP_SECONDS = 30;
    private static final int TAIL_LINES = 15;

    private final Service service;
    private final Process process;
    private final Path log;
    private final Leftover leftover;
    private final URI readiness;
    private final long began = System.nanoTime();

    private ServiceProcess(Service service, Process process, Path log, Leftover leftover, URI readiness) {
        this.service = service;
        this.process = process;
        this.log = log;
        this.leftover = leftover;
        this.readiness = readiness;
    }

    /** A normal return means that the process runs, not that it answers: see {@link #awaitReady()}. */
    static ServiceProcess start(Service service, Path repository, RunDirectory directory, RunOptions options) {
        Path log = directory.log(service.name());
        ProcessBuilder builder = new ProcessBuilder(command(service, repository, directory, options))
                .directory(repository.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(settings(service, options));
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            Leftover leftover = directory.leftover(service);
            leftover.remember(process.toHandle());
            URI readiness = URI.create(
                    "http://" + Ports.HOST + ":" + service.managementPort(options.portBase) + "/q/health/ready");
            return new ServiceProcess(service, process, log, leftover, readiness);
        } catch (IOException failure) {
            throw new LocalStackException(service.name() + " cannot be started: " + failure.getMessage(), failure);
        }
    }

    private static List<String> command(Service service, Path repository, RunDirectory directory, RunOptions options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx512m");
        service.settings().apply(directory, options).forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.addAll(List.of("-jar", service.jar(repository).toString()));
        return command;
    }

    /** The settings are those of production: nothing of the local stack is known to a service. */
    private static Map<String, String> settings(Service service, RunOptions options) {
        String database = Ports.HOST + ":" + options.postgresPort() + "/" + LocalPostgres.DATABASE;
        return Map.of(
                "QUARKUS_PROFILE", "local",
                "QUARKUS_HTTP_PORT", Integer.toString(service.port(options.portBase)),
                "QUARKUS_MANAGEMENT_PORT", Integer.toString(service.managementPort(options.portBase)),
                "KAFKA_BOOTSTRAP_SERVERS", Ports.HOST + ":" + options.kafkaPort(),
                "QUARKUS_DATASOURCE_JDBC_URL", "jdbc:postgresql://" + database,
                "QUARKUS_DATASOURCE_USERNAME", service.schema(),
                "QUARKUS_DATASOURCE_PASSWORD", service.schema());
    }

    /**
     * @return how long it took since the process was started
     * @throws LocalStackException if it ends instead, or is not ready in time; the message has the end of its log
     */
    Duration awaitReady() {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest question =
                HttpRequest.newBuilder(readiness).timeout(Duration.ofSeconds(5)).build();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
        while (!isReady(client, question)) {
            if (endsWithin(Duration.ofMillis(100))) {
                throw new LocalStackException(farewell());
            }
            if (System.nanoTime() > deadline) {
                throw new LocalStackException(
                        service.name() + " is not ready after " + READY_SECONDS + " s: " + readiness + "\n" + tail());
            }
        }
        return Duration.ofNanos(System.nanoTime() - began);
    }

    Service service() {
        return service;
    }

    Path log() {
        return log;
    }

    /** Completes when the process ends, for whatever reason. */
    CompletableFuture<Process> ended() {
        return process.onExit();
    }

    /** What to say when it ended by itself. */
    String farewell() {
        return service.name() + " ended with status " + process.exitValue() + "\n" + tail();
    }

    @Override
    public void close() {
        process.destroy();
        if (!endsWithin(Duration.ofSeconds(STOP_SECONDS))) {
            process.destroyForcibly();
        }
        try {
            leftover.forget();
        } catch (IOException failure) {
            throw new LocalStackException("cannot forget " + service.name() + ": " + failure, failure);
        }
    }

    private static boolean isReady(HttpClient client, HttpRequest question) {
        try {
            return client.send(question, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new LocalStackException("interrupted while a service was starting", interrupted);
        }
    }

    private boolean endsWithin(Duration duration) {
        try {
            return process.waitFor(duration.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private String tail() {
        try {
            List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            List<String> last = lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
            return "the end of " + log + ":\n  | " + String.join("\n  | ", last);
        } catch (IOException unreadable) {
            return "its log: " + log;
        }
    }
}
