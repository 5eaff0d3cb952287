package io.alluvium.audit.query;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.alluvium.audit.AuditStack;
import io.alluvium.audit.EngineRows;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** What engines logged, asked over HTTP after it went through the topic. */
@QuarkusTest
@QuarkusTestResource(AuditStack.class)
@TestSecurity(
        user = "kim",
        roles = {"reader", "operator"})
class EngineLogResourceIT {

    @Inject
    EngineRows stored;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String brokers;

    private final long recording = ThreadLocalRandom.current().nextLong(1L << 40);
    private final UUID run = UUID.randomUUID();
    private final Instant noon = Instant.now().minus(2, ChronoUnit.HOURS).truncatedTo(ChronoUnit.MILLIS);
    private final List<String[]> rows = new ArrayList<>();

    private void log(String table, Instant at, String members) {
        rows.add(new String[] {table, at.toString(), members});
    }

    /** In the order given, in one partition; returns when the last one is stored. */
    private void store() {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers, "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            UUID last = UUID.randomUUID();
            for (int i = 0; i < rows.size(); i++) {
                UUID id = i == rows.size() - 1 ? last : UUID.randomUUID();
                String data = "{\"engine_instance_id\":\"" + run + "\"," + rows.get(i)[2] + "}";
                var event = EngineRows.event(id, rows.get(i)[0], rows.get(i)[1], data);
                producer.send(new org.apache.kafka.clients.producer.ProducerRecord<>(
                        event.topic(), 0, "k".getBytes(), event.value(), event.headers()));
            }
            producer.flush();
            stored.awaited("SELECT id FROM engine_db_log_" + rows.get(rows.size() - 1)[0] + " WHERE event_id = '" + last
                    + "'");
        }
    }

    private static ValidatableResponse get(String path) {
        return given().get("/api/engine-logs" + path).then();
    }

    private String step(int number) {
        return "\"recording_id\":" + recording + ",\"step_id\":" + number + ",\"step_name\":\"s" + number + "\"";
    }

    @Test
    void rowsAreReadPageByPageNewestFirst() {
        for (int i = 0; i < 5; i++) {
            log("steps", noon.plusSeconds(i / 2), step(i));
        }
        store();

        JsonPath first = get("/steps?limit=3&recording_id=" + recording)
                .statusCode(200)
                .body("table", equalTo("engine_db_log_steps"))
                .body("rows.step_id", equalTo(List.of(4, 3, 2)))
                .body("rows[0].engine_instance_id", equalTo(run.toString()))
                .body("rows[0].logged_at", equalTo(noon.plusSeconds(2).toString()))
                .body("rows[0].audio_chunk_no", nullValue())
                .extract()
                .jsonPath();
        get("/steps?limit=3&recording_id=" + recording + "&cursor=" + first.getString("next_cursor"))
                .body("rows.step_id", equalTo(List.of(1, 0)))
                .body("next_cursor", nullValue());
        get("/ENGINE_DB_LOG_STEPS?instance=" + run + "&from=" + noon.plusSeconds(1) + "&to=" + noon.plusSeconds(1))
                .body("rows.step_id", equalTo(List.of(3, 2)));
        get("/steps?instance=" + UUID.randomUUID()).body("rows", hasSize(0));
    }

    @Test
    void whatCannotBeAskedIsRefusedByName() {
        get("/nothing").statusCode(404).body("detail", containsString("engine_db_log_steps"));
        get("/websocket_connection?recording_id=1").statusCode(422).body("errors.field", hasItem("recording_id"));
        get("/steps?instance=7").statusCode(422).body("errors.field", hasItem("instance"));
        get("/steps?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z").statusCode(422);
        get("/steps?recordingid=1").statusCode(400);
        get("/recordings/1/timeline?gap_ms=0").statusCode(422).body("errors.field", hasItem("gap_ms"));
        given().delete("/api/engine-logs").then().statusCode(422).body("errors.field", hasItem("before"));
        given().delete("/api/engine-logs?before=2999-01-01T00:00:00Z").then().statusCode(422);
    }

    @Test
    void theTimelineMergesTheTablesAndMarksGapsAndSlowSteps() {
        String of = "\"recording_id\":" + recording;
        log("recording_config", noon, of + ",\"compose_play_or_practice\":\"PLAY\"");
        log("websocket_message", noon.plusMillis(10), of + ",\"message_type\":\"START\"");
        log("steps", noon.plusMillis(20), step(1));
        log("steps", noon.plusMillis(420), step(2));
        log(
                "functions",
                noon.plusMillis(430),
                of + ",\"python_function_name\":\"f\",\"start_stop_or_error_msg\":\"Start\"");
        log(
                "functions",
                noon.plusMillis(2430),
                of + ",\"python_function_name\":\"f\",\"start_stop_or_error_msg\":\"End (2.000s)\"");
        log(
                "split_100_ms_audio_frame",
                noon.plusMillis(2430),
                of + ",\"audio_frame_no\":1,\"dt_processing_start\":\"" + noon + "\",\"dt_processing_end\":\""
                        + noon.plusMillis(50) + "\"");
        store();

        String path = "/recordings/" + recording + "/timeline";
        get(path)
                .statusCode(200)
                .body("entries", hasSize(7))
                .body(
                        "entries.what",
                        equalTo(List.of(
                                "PLAY started",
                                "message START",
                                "step s1",
                                "step s2",
                                "f: Start",
                                "f: End (2.000s)",
                                "frame 1")))
                .body("entries[2].duration_ms", equalTo(400))
                .body("entries[2].slow", equalTo(true))
                .body("entries[3].duration_ms", nullValue())
                .body("entries[5].since_ms", equalTo(2000))
                .body("entries[5].gap", equalTo(true))
                .body("entries[5].slow", equalTo(true))
                .body("entries[6].duration_ms", equalTo(50))
                .body("gaps", equalTo(1))
                .body("slow", equalTo(2));
        get(path + "?gap_ms=5000&slow_ms=5000").body("gaps", equalTo(0)).body("slow", equalTo(0));
        List<String> paged = new ArrayList<>();
        String cursor = "";
        do {
            JsonPath page =
                    get(path + "?limit=2" + cursor).statusCode(200).extract().jsonPath();
            paged.addAll(page.getList("entries.what"));
            cursor = page.getString("next_cursor") == null ? null : "&cursor=" + page.getString("next_cursor");
        } while (cursor != null);
        assertThat(paged).hasSize(7).endsWith("f: End (2.000s)", "frame 1");
    }

    @Test
    void percentilesAreThoseOfAReferenceComputation() {
        long seed = ThreadLocalRandom.current().nextLong();
        Random random = new Random(seed);
        double[] millis = new double[137];
        Instant at = noon;
        for (int i = 0; i < millis.length; i++) {
            int duration = random.nextInt(5000);
            millis[i] = duration;
            String call = "\"python_function_name\":\"fft\",\"frame_no\":" + i + ",\"start_stop_or_error_msg\":";
            log("functions", at, call + "\"Start\"");
            at = at.plusMillis(1);
            log("functions", at, call + "\"End (%d.%03ds)\"".formatted(duration / 1000, duration % 1000));
        }
        log("functions", at, "\"python_function_name\":\"fft\",\"start_stop_or_error_msg\":\"End (99.000s)\"");
        log("functions", at, "\"python_function_name\":\"fft\",\"start_stop_or_error_msg\":\"Error: X: y\"");
        store();

        JsonPath summary = get("/functions/summary?instance=" + run + "&from=" + noon + "&to=" + at)
                .statusCode(200)
                .body("functions", hasSize(1))
                .body("functions[0].calls", equalTo(137))
                .body("functions[0].completed", equalTo(138))
                .body("functions[0].errors", equalTo(1))
                .body("functions[0].without_start", equalTo(2))
                .extract()
                .jsonPath();
        Arrays.sort(millis);
        assertThat(summary.getDouble("functions[0].median_ms"))
                .as("seed " + seed)
                .isCloseTo(millis[68], within(0.001));
        double p95 = 0.95 * 136;
        double expected = millis[129] + (millis[130] - millis[129]) * (p95 - 129);
        assertThat(summary.getDouble("functions[0].p95_ms")).as("seed " + seed).isCloseTo(expected, within(0.001));
        assertThat(summary.getDouble("functions[0].max_ms")).as("seed " + seed).isCloseTo(millis[136], within(0.001));
    }

    @Test
    void aProcessThatWasSilentForFiveMinutesIsAnOrphan() {
        Instant now = Instant.now();
        log(
                "process_registry",
                now.minusSeconds(600),
                "\"process_id\":1,\"last_heartbeat\":\"" + now.minusSeconds(600) + '"');
        log(
                "process_registry",
                now.minusSeconds(600),
                "\"process_id\":2,\"last_heartbeat\":\"" + now.minusSeconds(600) + '"');
        log("process_registry", now, "\"process_id\":2,\"last_heartbeat\":\"" + now + "\",\"cpu_percent\":12.5");
        log("process_registry", now, "\"process_id\":3,\"last_heartbeat\":\"" + now.plusSeconds(3600) + '"');
        store();

        List<Map<String, Object>> processes =
                get("/health").statusCode(200).extract().jsonPath().getList("processes");
        List<Map<String, Object>> own = processes.stream()
                .filter(process -> run.toString().equals(process.get("engine_instance_id")))
                .toList();
        assertThat(own).hasSize(3);
        for (Map<String, Object> process : own) {
            int id = (Integer) process.get("process_id");
            assertThat(process.get("orphan")).as("process " + id).isEqualTo(id == 1);
            assertThat(process.get("ahead")).as("process " + id).isEqualTo(id == 3);
        }
    }

    @Test
    void deletingForgetsWhatWasLoggedBeforeAMomentAndNothingElse() {
        Instant old = Instant.parse("2001-01-01T00:00:00Z");
        for (int i = 0; i < 3; i++) {
            log("steps", old, step(i));
        }
        log("resource_monitor", old, "\"cpu_percent\":1");
        log("steps", noon, step(4));
        store();

        given().delete("/api/engine-logs?before=2001-01-01T00:00:01Z")
                .then()
                .statusCode(200)
                .body("by_table.engine_db_log_steps", equalTo(3))
                .body("deleted_count", equalTo(4));

        get("/steps?recording_id=" + recording).body("rows.step_id", equalTo(List.of(4)));
    }
}
