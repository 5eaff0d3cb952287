package io.alluvium.emitter.enginelog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.alluvium.localstack.LocalKafka;
import io.alluvium.localstack.LocalStack;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an engine may call, and what it hears of its mistakes. */
class EngineLogCallsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final List<String> console = Collections.synchronizedList(new ArrayList<>());
    private EngineTopic topic;
    private EngineLog log;

    @BeforeEach
    void open() {
        LocalKafka kafka = LocalStack.shared().kafka();
        kafka.start();
        topic = new EngineTopic(kafka.bootstrapServers());
        log = EngineLog.open(new EngineLogSettings(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                topic.name(),
                "/engine/test",
                UUID.randomUUID(),
                folder.resolve("spill.db"),
                1_000_000,
                65_536,
                Duration.ofMillis(500),
                Duration.ofSeconds(5),
                console::add));
    }

    @AfterEach
    void close() {
        log.close();
        topic.close();
    }

    @Test
    void whatCannotBeStoredIsRefusedByNameAndTheEngineSeesNoException() {
        assertThat(log.insert("ENGINE_DB_LOG_NOTHING", Map.of())).isFalse();
        assertThat(log.insert("STEPS", Map.of("STEP_NAMES", "x"))).isFalse();
        assertThat(log.insert("STEPS", Map.of("STEP_NAME", new byte[3]))).isTrue();
        log.logSteps(new Step().stepName("x".repeat(101)));
        log.logSteps(new Step().recordingId(-1));
        assertThat(log.insert("ENGINE_DB_LOG_STEPS", Map.of("STEP_ID", 0, "Recording_Id", 7)))
                .isTrue();

        await().atMost(PATIENCE)
                .until(() -> topic.read().stream().anyMatch(row -> row.data().has("step_id")));
        assertThat(log.status().refused()).isEqualTo(4);
        assertThat(log.status().logged()).isEqualTo(5);
        assertThat(console)
                .anyMatch(line -> line.equals("ENGINE_LOG - unknown table ENGINE_DB_LOG_NOTHING"))
                .anyMatch(line -> line.equals("ENGINE_LOG - unknown column STEP_NAMES of engine_db_log_steps"))
                .anyMatch(line -> line.contains("step_name: must be text: bytes are not stored"))
                .anyMatch(line -> line.contains("step_name: must have at most 100 characters, has 101"))
                .anyMatch(line -> line.contains("recording_id: must not be negative"));
    }

    @Test
    void aCallIsLoggedWithItsStartAndItsEndOrItsError() throws Exception {
        assertThat(log.timed("split", "frames.py", () -> 42)).isEqualTo(42);
        assertThatThrownBy(() -> log.timed("split", "frames.py", () -> {
                    throw new IllegalStateException("no samples");
                }))
                .hasMessage("no samples");

        await().atMost(PATIENCE).until(() -> topic.read().size() == 4);
        assertThat(topic.read().stream()
                        .map(row -> row.data().get("start_stop_or_error_msg").asText()))
                .satisfiesExactly(
                        start -> assertThat(start).isEqualTo("Start"),
                        end -> assertThat(end).matches("End \\(\\d+\\.\\d{3}s\\)"),
                        start -> assertThat(start).isEqualTo("Start"),
                        error -> assertThat(error).isEqualTo("Error: IllegalStateException: no samples"));
    }
}
