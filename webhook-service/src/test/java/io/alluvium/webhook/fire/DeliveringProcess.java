package io.alluvium.webhook.fire;

import io.alluvium.localstack.LocalPostgres;
import io.alluvium.localstack.LocalStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The packaged service in a process of its own that only delivers, so that it can be killed for real. */
final class DeliveringProcess implements AutoCloseable {

    private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");

    private final Process process;

    private DeliveringProcess(Process process) {
        this.process = process;
    }

    /** @param settings more configuration keys of the service */
    static DeliveringProcess start(LocalStack stack, String schema, Path log, Map<String, String> settings)
            throws IOException {
        if (!Files.exists(JAR)) {
            throw new IllegalStateException(JAR.toAbsolutePath() + " is missing: these tests run after package");
        }
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Dquarkus.profile=local",
                "-Dquarkus.http.port=0",
                "-Dquarkus.management.port=0",
                "-Dwebhook.intake.enabled=false",
                "-Dwebhook.sink.enabled=false",
                "-Dkafka.bootstrap.servers=" + stack.kafka().bootstrapServers(),
                "-Dquarkus.datasource.jdbc.url=" + stack.postgres().jdbcUrl(LocalPostgres.DATABASE, schema)));
        settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.addAll(List.of("-jar", JAR.toString()));
        return new DeliveringProcess(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start());
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL: no shutdown hook, no last commit. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** SIGTERM, as Kubernetes sends it. */
    int stop() {
        process.destroy();
        return process.onExit().join().exitValue();
    }

    @Override
    public void close() {
        kill();
    }
}
