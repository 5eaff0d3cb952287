package io.alluvium.emitter.enginelog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.alluvium.emitter.enginelog.EngineTopic.Arrived;
import io.alluvium.localstack.LocalKafka;
import io.alluvium.localstack.LocalStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the log promises, with the real Kafka and real files. */
class EngineLogIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final LocalKafka KAFKA = LocalStack.shared().kafka();

    @TempDir
    Path folder;

    private final List<EngineLog> logs = new ArrayList<>();
    private final List<String> console = Collections.synchronizedList(new ArrayList<>());
    private EngineTopic topic;

    @BeforeEach
    void createTopic() {
        KAFKA.start();
        topic = new EngineTopic(KAFKA.bootstrapServers());
    }

    @AfterEach
    void close() {
        logs.forEach(EngineLog::close);
        KAFKA.start();
        topic.close();
    }

    private EngineLogSettings settings(Path spill, long limit, int ring) {
        return new EngineLogSettings(
                Map.of("bootstrap.servers", KAFKA.bootstrapServers()),
                topic.name(),
                "/engine/test",
                UUID.randomUUID(),
                spill,
                limit,
                ring,
                Duration.ofMillis(500),
                Duration.ofSeconds(5),
                console::add);
    }

    private EngineLog open() {
        return open(settings(folder.resolve("spill.db"), 100_000_000, 65_536));
    }

    private EngineLog open(EngineLogSettings settings) {
        EngineLog log = EngineLog.open(settings);
        logs.add(log);
        return log;
    }

    private static Step step(int number) {
        return new Step().recordingId(7).stepId(number).stepName("resample");
    }

    private static void steps(EngineLog log, int from, int to) {
        for (int i = from; i < to; i++) {
            log.logSteps(step(i));
        }
    }

    private void assertStepsArrive(int count) {
        await().atMost(PATIENCE).until(() -> topic.read().size() >= count);
        assertThat(topic.read().stream().map(row -> row.number("step_id")))
                .containsExactlyElementsOf(
                        java.util.stream.IntStream.range(0, count).boxed().toList());
    }

    @Test
    void aCallBecomesAnEventOfItsTable() {
        Instant requested = Instant.parse("2026-11-20T12:00:00.5Z");

        open().logWebsocketConnection(
                        new WebsocketConnection().websocketConnectionId(3).dtConnectionRequest(requested));

        await().atMost(PATIENCE).until(() -> topic.read().size() == 1);
        Arrived row = topic.read().get(0);
        assertThat(row.type()).isEqualTo("alluvium.engine.websocket_connection.v1");
        assertThat(row.key()).isEqualTo("3");
        assertThat(row.data().get("dt_connection_request").asText()).isEqualTo("2026-11-20T12:00:00.500Z");
        assertThat(row.data().size()).isEqualTo(3);
        await().atMost(PATIENCE).until(() -> logs.get(0).status().acknowledged() == 1);
        assertThat(logs.get(0).status().spilled()).isZero();
    }

    @Test
    void whileKafkaIsAwayRowsWaitInTheFileAndThenArriveInOrder() throws Exception {
        EngineLog log = open();
        steps(log, 0, 1000);
        assertStepsArrive(1000);

        KAFKA.stop();
        steps(log, 1000, 20_000);
        await().atMost(PATIENCE).until(() -> log.status().waiting() >= 19_000);
        assertThat(log.status().state()).isEqualTo(EngineLogStatus.State.SPILLING);
        assertThat(query("SELECT count(*) FROM engine_db_log_steps WHERE recording_id = 7"))
                .isGreaterThanOrEqualTo("19000");

        KAFKA.start();
        steps(log, 20_000, 21_000);
        assertStepsArrive(21_000);
        await().atMost(PATIENCE).until(() -> log.status().waiting() == 0);
        assertThat(log.status().droppedInAll()).isZero();
    }

    private String query(String sql) throws Exception {
        try (Connection file = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("spill.db"));
                Statement statement = file.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.getString(1);
        }
    }

    @Test
    void whatWasSpilledBeforeTheEngineEndedIsSentByTheNextRun() {
        KAFKA.stop();
        EngineLog first = open();
        steps(first, 0, 500);
        first.close();
        assertThat(first.status().waiting()).isEqualTo(500);

        KAFKA.start();
        EngineLog second = open();
        steps(second, 500, 600);

        assertStepsArrive(600);
        assertThat(topic.read().stream().map(Arrived::instance).distinct()).hasSize(2);
        assertThat(second.status().droppedInAll()).isZero();
    }

    @Test
    void closingBringsWhatIsInMemoryToKafka() {
        EngineLog log = open();
        steps(log, 0, 5000);
        log.close();

        EngineLogStatus status = log.status();
        assertThat(status.acknowledged() + status.waiting()).isEqualTo(5000);
        assertThat(status.droppedInAll()).isZero();
        log.logSteps(step(5000));
        assertThat(log.status().closed()).isEqualTo(1);
        assertThat(log.status().state()).isEqualTo(EngineLogStatus.State.CLOSED);
    }

    @Test
    void twoEnginesWithOneFileNameHaveAFileEach() {
        KAFKA.stop();
        EngineLog one = open();
        EngineLog other = open();
        steps(one, 0, 300);
        steps(other, 300, 600);
        await().atMost(PATIENCE)
                .until(() -> one.status().waiting() == 300 && other.status().waiting() == 300);
        assertThat(folder.resolve("spill.db")).exists();
        assertThat(folder.resolve("spill.db.2")).exists();

        KAFKA.start();

        await().atMost(PATIENCE).until(() -> topic.read().size() == 600);
        assertThat(one.status().droppedInAll() + other.status().droppedInAll()).isZero();
    }

    @Test
    void aDamagedFileIsSetAsideAndANewOneBegun() throws IOException {
        Files.writeString(folder.resolve("spill.db"), "this is no database".repeat(1000));
        KAFKA.stop();
        EngineLog log = open();
        steps(log, 0, 100);
        await().atMost(PATIENCE).until(() -> log.status().waiting() == 100);
        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).anyMatch(name -> name.contains(".damaged-"));
        }

        KAFKA.start();

        assertStepsArrive(100);
    }

    @Test
    void withoutKafkaAndFileRowsGoToTheConsoleAndTheLogTellsHowManyAreLost() {
        KAFKA.stop();
        EngineLog log = open(settings(Path.of("/proc/alluvium/spill.db"), 1000, 1024));
        steps(log, 0, 300);
        await().atMost(PATIENCE).until(() -> log.status().noRoom() == 300);
        assertThat(console)
                .anyMatch(line -> line.startsWith("ENGINE_DB_LOG_STEPS - not spilled: ") && line.contains("resample"))
                .hasSizeLessThan(100);

        KAFKA.start();
        await().atMost(PATIENCE).until(() -> !topic.read().isEmpty());

        assertThat(topic.read().get(0).data().get("error_message_text").asText())
                .startsWith("dropped 300 since 2")
                .endsWith(": engine_db_log_steps");
        assertThat(log.status().dropped()).containsExactly(Map.entry(LogTable.STEPS, 300L));
    }

    @Test
    void aFileThatHasReachedItsLimitTakesNoMoreAndKeepsWhatItHas() {
        KAFKA.stop();
        EngineLog log = open(settings(folder.resolve("spill.db"), 300_000, 65_536));
        for (int i = 0; i < 20; i++) {
            int from = i * 1000;
            steps(log, from, from + 1000);
            await().atMost(PATIENCE).until(() -> log.status().inMemory() == 0);
        }
        await().atMost(PATIENCE).until(() -> log.status().noRoom() > 0);

        KAFKA.start();

        await().atMost(PATIENCE).until(() -> log.status().waiting() == 0);
        await().atMost(PATIENCE).until(() -> {
            long told = topic.read().stream()
                    .filter(row -> row.type().contains("function_error"))
                    .mapToLong(row -> Long.parseLong(
                            row.data().get("error_message_text").asText().split(" ")[1]))
                    .sum();
            long steps = topic.read().stream()
                    .filter(row -> row.type().contains("steps"))
                    .count();
            return told == log.status().droppedInAll() && steps + told == 20_000;
        });
    }

    @Test
    void aFullRingDropsCountsAndTells() {
        EngineLog log = open(settings(folder.resolve("spill.db"), 100_000_000, 64));
        steps(log, 0, 200_000);

        await().atMost(PATIENCE).until(() -> {
            List<Arrived> rows = topic.read();
            long steps =
                    rows.stream().filter(row -> row.type().contains("steps")).count();
            return steps + log.status().ringFull() == 200_000 && rows.size() > steps;
        });
        assertThat(log.status().ringFull()).isPositive();
        assertThat(log.status().logged()).isEqualTo(200_000);
    }
}
