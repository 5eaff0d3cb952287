package io.alluvium.webhook;

import io.alluvium.localstack.LocalPostgres;
import io.alluvium.localstack.LocalStack;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packaged service in a process of its own, under the profile local: it has a log, and it can be killed for real. */
public final class ServiceProcess implements AutoCloseable {

    private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final Process process;
    private final int httpPort;
    private final int managementPort;

    private ServiceProcess(Process process, int httpPort, int managementPort) {
        this.process = process;
        this.httpPort = httpPort;
        this.managementPort = managementPort;
    }

    /**
     * @param log      beside it is the spool, which is of each process alone
     * @param settings more configuration keys of the service
     */
    public static ServiceProcess start(LocalStack stack, Path log, Map<String, String> settings) throws IOException {
        return start(stack, log, settings, Map.of());
    }

    /** @param environment more variables of the process */
    public static ServiceProcess start(
            LocalStack stack, Path log, Map<String, String> settings, Map<String, String> environment)
            throws IOException {
        if (!Files.exists(JAR)) {
            throw new IllegalStateException(JAR.toAbsolutePath() + " is missing: these tests run after package");
        }
        int http = freePort();
        int management = freePort();
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Dquarkus.profile=local",
                "-Dwebhook.intake.spool.directory=" + log + ".spool",
                "-Dquarkus.http.port=" + http,
                "-Dquarkus.management.port=" + management,
                "-Dkafka.bootstrap.servers=" + stack.kafka().bootstrapServers(),
                "-Dquarkus.datasource.jdbc.url=" + stack.postgres().jdbcUrl(LocalPostgres.DATABASE, "webhook")));
        settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.addAll(List.of("-jar", JAR.toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return new ServiceProcess(builder.start(), http, management);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + httpPort + path);
    }

    public URI managementUri(String path) {
        return URI.create("http://127.0.0.1:" + managementPort + path);
    }

    public boolean isReady() {
        if (!process.isAlive()) {
            throw new IllegalStateException("the service ended with " + process.exitValue());
        }
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(managementUri("/q/health/ready")).build();
            return CLIENT.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Waits for the end that it comes to by itself. */
    public int exitValue() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the service still runs");
        }
        return process.exitValue();
    }

    /** SIGTERM: what whoever runs the service sends to stop it. */
    public void terminate() {
        process.destroy();
    }

    /** SIGKILL: no shutdown hook, no last commit. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
