package io.alluvium.audit.fire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.alluvium.audit.Changes;
import io.alluvium.localstack.LocalStack;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is turned back or made anew around the sink: nothing is lost, and nothing is stored twice. */
class RecoveryIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final long seed = Long.getLong("fire.seed", System.nanoTime());

    @TempDir
    Path directory;

    private LocalStack stack;
    private Trail trail;
    private Admin admin;
    private Traffic traffic;
    private Consumers consumers;

    @BeforeEach
    void start() throws Exception {
        System.out.println("fire.seed=" + seed);
        stack = LocalStack.start(directory, 0, 0);
        stack.postgres().createSchemaWithRole("audit");
        trail = new Trail(stack);
        admin = Admin.create(Map.of("bootstrap.servers", stack.kafka().bootstrapServers()));
        createTopic();
        traffic = new Traffic(stack.kafka().bootstrapServers(), seed);
        consumers = new Consumers(stack);
        consumers.start("recovery");
        await("the schema is there").atMost(PATIENCE).ignoreExceptions().until(() -> {
            trail.refuseSomeRows();
            return true;
        });
    }

    @AfterEach
    void stop() {
        consumers.close();
        traffic.close();
        admin.close();
        stack.close();
    }

    private void createTopic() throws Exception {
        admin.createTopics(List.of(new NewTopic(Changes.TOPIC, 4, (short) 1)))
                .all()
                .get();
    }

    private void sendAndSettle(int records) {
        traffic.send(records);
        await("everything is settled").atMost(PATIENCE).until(() -> trail.settled() == traffic.sent());
    }

    @Test
    void theOffsetsOfTheGroupMayBeResetToZero() throws Exception {
        sendAndSettle(5000);
        consumers.stop("recovery");
        Map<TopicPartition, OffsetAndMetadata> zero = new HashMap<>();
        for (int partition = 0; partition < 4; partition++) {
            zero.put(new TopicPartition(Changes.TOPIC, partition), new OffsetAndMetadata(0));
        }
        admin.alterConsumerGroupOffsets("audit-service", zero).all().get();

        consumers.start("recovery");
        sendAndSettle(1000);

        trail.holds(traffic);
    }

    @Test
    void aDatabaseMayBeRestoredToAnOlderStateUnderTheRunningConsumer() throws Exception {
        sendAndSettle(3000);
        stack.postgres().stop();
        Path data = directory.resolve("postgres");
        Path backup = directory.resolve("backup");
        copy(data, backup);
        stack.postgres().start();
        sendAndSettle(3000);

        stack.postgres().stopImmediate();
        delete(data);
        copy(backup, data);
        stack.postgres().start();
        assertThat(trail.settled()).isEqualTo(3000);
        sendAndSettle(2000);

        trail.holds(traffic);
    }

    @Test
    void aTopicMayBeDeletedAndMadeAnewUnderTheRunningConsumer() throws Exception {
        sendAndSettle(4000);
        admin.deleteTopics(List.of(Changes.TOPIC)).all().get();
        await("the topic is gone")
                .atMost(PATIENCE)
                .until(() -> !admin.listTopics().names().get().contains(Changes.TOPIC));
        createTopic();

        sendAndSettle(6000);

        assertThat(trail.number(
                        "SELECT count(DISTINCT topic_id) FROM sink_offset WHERE topic = '" + Changes.TOPIC + "'"))
                .isEqualTo(2);
        trail.holds(traffic);
    }

    @Test
    void aMissingTablePausesTheSinkAndNothingBecomesADeadLetter() throws Exception {
        ServiceProcess service = consumers.start("recovery-2");
        consumers.stop("recovery");
        sendAndSettle(1000);
        long dead = trail.number("SELECT count(*) FROM dead_letter");
        trail.run("ALTER TABLE audit_change RENAME TO audit_change_away");
        traffic.send(1000);

        await("the status says why").atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
            String status = get(service.url("/api/sink/status"));
            assertThat(status).contains("\"PAUSED\"").contains("audit_change");
            assertThat(get(service.managementUrl("/q/health")))
                    .contains("PAUSED")
                    .contains("audit_change");
        });
        assertThat(get(service.managementUrl("/q/health/live"))).contains("\"UP\"");
        assertThat(trail.number("SELECT count(*) FROM dead_letter")).isEqualTo(dead);
        trail.run("ALTER TABLE audit_change_away RENAME TO audit_change");

        sendAndSettle(10);
        trail.holds(traffic);
    }

    private static String get(String url) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                return copyOne(folder);
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                return copyOne(file);
            }

            private FileVisitResult copyOne(Path path) throws IOException {
                Path target = to.resolve(from.relativize(path));
                if (!Files.isDirectory(target)) {
                    Files.copy(path, target, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
                    Files.setAttribute(target, "unix:uid", Files.getAttribute(path, "unix:uid"));
                    Files.setAttribute(target, "unix:gid", Files.getAttribute(path, "unix:gid"));
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void delete(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
