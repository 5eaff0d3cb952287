package io.alluvium.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** Kafka in a JVM of its own and PostgreSQL beside it, with data that are thrown away. */
final class StackProcess implements AutoCloseable {

    /** All of the benchmarks have this many, as the topic of the service has by default. */
    static final int PARTITIONS = 4;

    private final JavaProcess process;
    private final Path directory;
    private final String brokers;
    private final String jdbcUrl;
    private final String superuserUrl;

    private StackProcess(JavaProcess process, Path directory, String[] addresses) {
        this.process = process;
        this.directory = directory;
        this.brokers = addresses[0];
        this.jdbcUrl = addresses[1];
        this.superuserUrl = addresses[2];
    }

    static StackProcess start() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory(Files.createDirectories(Options.scratch()), "stack-");
        JavaProcess process = JavaProcess.start(StackProgram.class, List.of("-Xmx1g"), directory.toString());
        return new StackProcess(
                process, directory, process.answer(Duration.ofMinutes(3)).split(" "));
    }

    String brokers() {
        return brokers;
    }

    /** As the role of the service. */
    String jdbcUrl() {
        return jdbcUrl;
    }

    String superuserUrl() {
        return superuserUrl;
    }

    void createTopic(String name) throws InterruptedException, ExecutionException {
        try (Admin admin = admin()) {
            admin.createTopics(List.of(new NewTopic(name, PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
    }

    Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", brokers));
    }

    double brokerCpu() throws IOException {
        return Cpu.ofProcess(process.pid());
    }

    double databaseCpu() throws IOException {
        Path pidFile = directory.resolve("postgres/data/postmaster.pid");
        return Cpu.ofFamily(Long.parseLong(Files.readAllLines(pidFile).get(0).strip()));
    }

    @Override
    public void close() throws IOException {
        process.close();
        try (Stream<Path> paths = Files.walk(directory)) {
            paths.sorted(Comparator.reverseOrder()).forEach(StackProcess::delete);
        }
    }

    private static void delete(Path path) {
        try {
            Files.delete(path);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
