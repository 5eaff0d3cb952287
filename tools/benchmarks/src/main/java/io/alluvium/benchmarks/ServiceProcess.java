package io.alluvium.benchmarks;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A packaged service, as it is deployed. */
final class ServiceProcess implements AutoCloseable {

    static final String TOPIC = "audit.changes";
    static final String GROUP = "audit-service";

    private static final String AUDIT = "audit-service";
    private static final int READY_SECONDS = 120;

    private final Process process;
    private final Path log;
    private final int port;
    private final int managementPort;

    private ServiceProcess(Process process, Path log, int port, int managementPort) {
        this.process = process;
        this.log = log;
        this.port = port;
        this.managementPort = managementPort;
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "end-service"));
    }

    /** The audit-service. */
    static ServiceProcess start(StackProcess stack, String name, List<String> jvm, Map<String, String> settings)
            throws IOException {
        return start(AUDIT, stack, name, jvm, settings);
    }

    /**
     * A normal return means that the process runs, not that it answers: see {@link #awaitReady()}.
     *
     * @param module   whose service it is
     * @param jvm      options of the JVM
     * @param settings configuration beside the addresses
     */
    static ServiceProcess start(
            String module, StackProcess stack, String name, List<String> jvm, Map<String, String> settings)
            throws IOException {
        Path log = Files.createDirectories(Options.scratch().resolve("logs")).resolve(name + ".log");
        int port = freePort();
        int managementPort = freePort();
        List<String> command = new ArrayList<>();
        command.add(JavaProcess.java());
        command.addAll(jvm);
        command.addAll(List.of(
                "-Dquarkus.profile=local",
                "-Dquarkus.http.port=" + port,
                "-Dquarkus.management.port=" + managementPort,
                "-Dkafka.bootstrap.servers=" + stack.brokers(),
                "-Dquarkus.datasource.jdbc.url=" + stack.jdbcUrl()));
        settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.addAll(List.of(
                "-jar",
                Path.of(module, "target", "quarkus-app", "quarkus-run.jar").toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new ServiceProcess(process, log, port, managementPort);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    void awaitReady() throws IOException, InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        URI readiness = URI.create("http://127.0.0.1:" + managementPort + "/q/health/ready");
        HttpRequest question =
                HttpRequest.newBuilder(readiness).timeout(Duration.ofSeconds(5)).build();
        Wait.until("the service is ready (see " + log + ")", Duration.ofSeconds(READY_SECONDS), () -> {
            mustBeAlive();
            try {
                return client.send(question, BodyHandlers.discarding()).statusCode() == 200;
            } catch (IOException notYet) {
                return false;
            }
        });
    }

    void mustBeAlive() throws IOException {
        if (!process.isAlive()) {
            throw new IOException("the service ended with status " + process.exitValue() + ": see " + log);
        }
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    double cpu() throws IOException {
        return Cpu.ofProcess(process.pid());
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(40, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
