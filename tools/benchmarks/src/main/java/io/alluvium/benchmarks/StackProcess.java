package io.alluvium.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

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

    /**
     * A normal return means that every partition takes records. A producer that is refused its first batch while later ones
     * are on their way, as happens right after the creation of a topic, never recovers: the broker took those for the first.
     */
    void createTopic(String name) throws InterruptedException, ExecutionException {
        try (Admin admin = admin()) {
            admin.createTopics(List.of(new NewTopic(name, PARTITIONS, (short) 1)))
                    .all()
                    .get();
            Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                latest.put(new TopicPartition(name, partition), OffsetSpec.latest());
            }
            admin.listOffsets(latest).all().get(); // only the leader of a partition answers that
        }
    }

    Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", brokers));
    }

    /** STOP lets the broker stand still, CONT lets it go on; the database is a process of its own. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
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
