package io.alluvium.audit.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.alluvium.audit.AuditStack;
import io.alluvium.audit.EngineRows;
import io.alluvium.emitter.enginelog.LogColumn;
import io.alluvium.emitter.enginelog.LogTable;
import io.alluvium.sink.SinkLoop;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.common.annotation.Identifier;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What anybody may write to the topic of engine logs, and what becomes of it. */
@QuarkusTest
@QuarkusTestResource(AuditStack.class)
class EngineLogSinkIT {

    private static final String NOON = "2026-11-20T12:00:00.123456Z";

    @Inject
    AgroalDataSource dataSource;

    @Inject
    EngineRows stored;

    @Inject
    @Identifier("engine-logs")
    SinkLoop loop;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String brokers;

    private KafkaProducer<byte[], byte[]> producer;

    @BeforeEach
    void connect() {
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers, "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @AfterEach
    void theBooksBalance() {
        producer.close();
        assertThat(loop.status().books().balanced()).isTrue();
    }

    private RecordMetadata send(ProducerRecord<byte[], byte[]> event) throws Exception {
        return producer.send(event).get();
    }

    private static String json(LogColumn column) {
        String value =
                switch (column.kind()) {
                    case TEXT, CUT_TEXT -> '"' + "x".repeat(column.maxLength()) + '"';
                    case INT -> "2147483647";
                    case LONG -> "9223372036854775807";
                    case REAL -> "12.5";
                    case TIME -> '"' + NOON + '"';
                };
        return '"' + column.name().toUpperCase(Locale.ROOT) + "\":" + value;
    }

    @ParameterizedTest
    @EnumSource(LogTable.class)
    void aRowOfEachTableIsStoredWithEveryColumn(LogTable table) throws Exception {
        UUID id = UUID.randomUUID();
        UUID run = UUID.randomUUID();
        List<String> members = new ArrayList<>(List.of("\"engine_instance_id\":\"" + run + '"'));
        table.columns().forEach(column -> members.add(json(column)));

        send(EngineRows.event(id, table.shortName(), NOON, '{' + String.join(",", members) + '}'));

        String found = " FROM " + table.sqlName() + " WHERE event_id = '" + id + "'";
        assertThat(stored.awaited("SELECT engine_instance_id" + found)).isEqualToIgnoringCase(run.toString());
        for (LogColumn column : table.columns()) {
            String value = stored.awaited("SELECT " + column.name() + found);
            switch (column.kind()) {
                case TEXT, CUT_TEXT -> assertThat(value).isEqualTo("x".repeat(column.maxLength()));
                case INT -> assertThat(value).isEqualTo("2147483647");
                case LONG -> assertThat(value).isEqualTo("9223372036854775807");
                case REAL -> assertThat(value).isEqualTo("12.5");
                case TIME -> assertThat(value).contains(":00:00.123456");
            }
        }
        assertThat(stored.awaited("SELECT logged_at" + found)).contains(":00:00.123456");
        assertThat(columns(table)).containsExactlyElementsOf(expected(table));
    }

    private List<String> columns(LogTable table) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT * FROM " + table.sqlName() + " WHERE 1 = 0")) {
            List<String> names = new ArrayList<>();
            for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                names.add(rows.getMetaData().getColumnName(i));
            }
            return names;
        }
    }

    private static List<String> expected(LogTable table) {
        return Stream.concat(
                        Stream.of("id", "event_id", "engine_instance_id", "logged_at"),
                        table.columns().stream().map(LogColumn::name))
                .toList();
    }

    @Test
    void whatIsMissingIsNullAndTheSameEventTwiceIsOneRow() throws Exception {
        UUID id = UUID.randomUUID();
        send(EngineRows.event(id, "ENGINE_DB_LOG_STEPS", NOON, "{}"));
        send(EngineRows.event(id, "steps", NOON, "{}"));
        UUID last = UUID.randomUUID();
        ProducerRecord<byte[], byte[]> after = EngineRows.event(last, "steps", "no time", "{\"Step_Id\": 1}");
        send(new ProducerRecord<>(
                after.topic(), null, 1_700_000_000_000L, id.toString().getBytes(), after.value(), after.headers()));

        stored.awaited("SELECT id FROM engine_db_log_steps WHERE event_id = '" + last + "'");
        assertThat(stored.texts("SELECT step_name FROM engine_db_log_steps WHERE event_id = '" + id + "'"))
                .containsExactly("null");
        assertThat(stored.texts("SELECT logged_at FROM engine_db_log_steps WHERE event_id = '" + last + "'"))
                .first()
                .asString()
                .startsWith("2023-11-14");
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of("steps", "{\"STEP_NAMES\":1}", "STEP_NAMES: is no column of engine_db_log_steps"),
                Arguments.of(
                        "steps",
                        "{\"step_name\":\"" + "x".repeat(101) + "\"}",
                        "step_name: must have at most 100 characters, has 101"),
                Arguments.of("steps", "{\"step_name\":[1,2]}", "step_name: must be a string"),
                Arguments.of("steps", "{\"step_name\":\"a\\u0000\"}", "step_name: holds U+0000"),
                Arguments.of("steps", "{\"step_id\":2147483648}", "step_id: must be from -2147483648 to 2147483647"),
                Arguments.of("steps", "{\"step_id\":1.5}", "step_id: must be a whole number"),
                Arguments.of("steps", "{\"recording_id\":-1}", "recording_id: must not be negative"),
                Arguments.of("steps", "{\"recording_id\":1e99}", "recording_id: must be a whole number"),
                Arguments.of("steps", "{\"dt_added\":\"2026-11-20 12:00:00\"}", "dt_added: must be a time like"),
                Arguments.of("steps", "{\"step_id\":1,\"STEP_ID\":2}", "step_id: is given twice"),
                Arguments.of("steps", "{\"engine_instance_id\":\"7\"}", "engine_instance_id: must be a UUID"),
                Arguments.of("resource_monitor", "{\"cpu_percent\":1e999}", "cpu_percent: is too large a number"),
                Arguments.of("resource_monitor", "{\"cpu_percent\":\"50\"}", "cpu_percent: must be a number"),
                Arguments.of("steps", "[{}]", "a row is a JSON object"),
                Arguments.of("steps", "{\"step_id\":", "is not valid JSON"),
                Arguments.of("nothing", "{}", "event type must be alluvium.engine.<table>.v1"));
    }

    @ParameterizedTest(name = "{2}")
    @MethodSource("faults")
    void aFaultBecomesADeadLetterWithItsReason(String table, String data, String reason) throws Exception {
        RecordMetadata at = send(EngineRows.event(UUID.randomUUID(), table, NOON, data));

        assertThat(stored.awaited("SELECT reason FROM dead_letter WHERE topic = '" + EngineRows.TOPIC
                        + "' AND kafka_partition = " + at.partition() + " AND kafka_offset = " + at.offset()))
                .contains(reason);
    }

    @Test
    void messagesOfErrorsAreCutAndTimesInTheFutureAreTakenAsTheyAre() throws Exception {
        UUID id = UUID.randomUUID();
        send(EngineRows.event(
                id,
                "function_error",
                NOON,
                "{\"error_message_text\":\"" + "e".repeat(2000) + "\",\"dt_added\":\"2999-01-01T00:00:00Z\"}"));

        String found = " FROM engine_db_log_function_error WHERE event_id = '" + id + "'";
        assertThat(stored.awaited("SELECT error_message_text" + found)).isEqualTo("e".repeat(999) + "\u2026");
        assertThat(stored.awaited("SELECT dt_added" + found)).startsWith("2999-01-01");
    }

    @Test
    void theLatestStageOfEachLifeWinsAndTheUnionHasAllTables() throws Exception {
        long recording = ThreadLocalRandom.current().nextLong(1L << 40);
        for (int stage = 1; stage <= 3; stage++) {
            String data = "{\"recording_id\":%d,\"total_bytes_received\":%d}".formatted(recording, stage);
            ProducerRecord<byte[], byte[]> event = EngineRows.event(UUID.randomUUID(), "recording_config", NOON, data);
            send(new ProducerRecord<>(
                    event.topic(), null, String.valueOf(recording).getBytes(), event.value(), event.headers()));
        }
        send(EngineRows.event(
                UUID.randomUUID(),
                "steps",
                NOON,
                "{\"recording_id\":" + recording + ",\"python_function_name\":\"f\"}"));

        String of = " WHERE recording_id = " + recording;
        stored.awaited("SELECT id FROM engine_db_log_steps" + of);
        stored.awaited("SELECT id FROM engine_db_log_recording_config" + of + " AND total_bytes_received = 3");
        assertThat(stored.texts("SELECT total_bytes_received FROM v_engine_db_log_recording_config_latest" + of))
                .containsExactly("3");
        assertThat(stored.texts("SELECT table_name FROM v_all_logging_data" + of + " ORDER BY 1"))
                .containsExactly(
                        "ENGINE_DB_LOG_RECORDING_CONFIG",
                        "ENGINE_DB_LOG_RECORDING_CONFIG",
                        "ENGINE_DB_LOG_RECORDING_CONFIG",
                        "ENGINE_DB_LOG_STEPS");
        assertThat(stored.texts("SELECT source_method FROM v_all_logging_data" + of + " AND source_method IS NOT NULL"))
                .containsExactly("f");
    }
}
