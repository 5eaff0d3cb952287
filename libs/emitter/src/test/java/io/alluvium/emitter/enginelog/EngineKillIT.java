package io.alluvium.emitter.enginelog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.alluvium.localstack.LocalKafka;
import io.alluvium.localstack.LocalStack;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL of the engine: what is missing afterwards was logged within the patience before it. */
@Timeout(180)
class EngineKillIT {

    private static final LocalKafka KAFKA = LocalStack.shared().kafka();

    /** The patience, and what a busy machine needs on top of it to write a batch. */
    private static final long MOST_LOST_MILLIS = 500 + 500;

    private record Logged(int number, long at) {}

    @TempDir
    Path folder;

    private EngineTopic topic;

    @BeforeEach
    void createTopic() {
        KAFKA.start();
        topic = new EngineTopic(KAFKA.bootstrapServers());
    }

    @AfterEach
    void close() {
        KAFKA.start();
        topic.close();
    }

    private Process engine(int from) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledEngine.class.getName(),
                        KAFKA.bootstrapServers(),
                        topic.name(),
                        folder.resolve("spill.db").toString(),
                        Integer.toString(from))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Kills the engine once it has logged so many rows. @return all that it said it had logged */
    private static List<Logged> killAfter(Process engine, int rows) throws Exception {
        List<Logged> logged = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(engine.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ");
                if (words.length == 2 && words[1].length() == 13) {
                    logged.add(new Logged(Integer.parseInt(words[0]), Long.parseLong(words[1])));
                }
                if (logged.size() == rows) {
                    engine.destroyForcibly();
                    break; // what it said meanwhile is of the last moment
                }
            }
        }
        engine.waitFor();
        return logged;
    }

    private Set<Integer> missing(Set<Integer> safe) {
        Set<Integer> missing = new TreeSet<>(safe);
        topic.read().forEach(row -> missing.remove(row.number("step_id")));
        return missing;
    }

    private void assertOnlyTheLastMomentIsMissing(List<Logged> logged) {
        long killed = logged.get(logged.size() - 1).at();
        Set<Integer> safe = logged.stream()
                .filter(row -> row.at() < killed - MOST_LOST_MILLIS)
                .map(Logged::number)
                .collect(Collectors.toSet());
        assertThat(safe).hasSizeGreaterThan(100);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(missing(safe)).isEmpty());
    }

    /** On a busy machine Kafka may have been slow for a moment, so that there is something in the file in any case. */
    private EngineLog nextRun() {
        return EngineLog.open(
                KilledEngine.settings(KAFKA.bootstrapServers(), topic.name(), folder.resolve("spill.db")));
    }

    @Test
    void whileKafkaIsThere() throws Exception {
        List<Logged> logged = killAfter(engine(0), 6_000);

        try (EngineLog next = nextRun()) {
            assertOnlyTheLastMomentIsMissing(logged);
            assertThat(next.status().droppedInAll()).isZero();
        }
    }

    @Test
    void whileKafkaIsAwayAndFromTheFileWhenItIsBack() throws Exception {
        KAFKA.stop();

        List<Logged> logged = killAfter(engine(0), 6_000);
        KAFKA.start();

        try (EngineLog next = nextRun()) {
            assertOnlyTheLastMomentIsMissing(logged);
            assertThat(next.status().droppedInAll()).isZero();
        }
    }
}
