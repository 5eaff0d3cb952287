package io.alluvium.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.alluvium.kit.CloudEventHeaders;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.params.provider.Arguments;

/** Agent events, sound and with one thing wrong. */
public final class AgentEvents {

    public static final String TOPIC = "agent.audit-events";

    private AgentEvents() {}

    /** A sound event of now with one more field, or another value of a field; an empty value leaves it out. */
    public static String with(String field, String value) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("session_id", "\"s-1\"");
        fields.put("event_type", "\"tool_success\"");
        fields.put("timestamp", "\"" + Instant.now() + "\"");
        fields.put("actor", "\"analyst\"");
        fields.put("action", "\"read_account\"");
        fields.put("resource", "\"Accounts/4711\"");
        fields.put("metadata", "{\"status\":\"success\"}");
        fields.put(field, value);
        return fields.entrySet().stream()
                .filter(entry -> !entry.getValue().isEmpty())
                .map(entry -> "\"" + entry.getKey() + "\":" + entry.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** An event, the field that is wrong, and what is said about it. */
    public static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of(with("session_id", "5"), "session_id", "must be a string or null"),
                Arguments.of(with("session_id", "\"" + "x".repeat(256) + "\""), "session_id", "has 256"),
                Arguments.of(with("session_id", "\"\\u0000\""), "session_id", "U+0000"),
                Arguments.of(with("event_type", ""), "event_type", "is required"),
                Arguments.of(with("event_type", "null"), "event_type", "must be a string"),
                Arguments.of(with("event_type", "\" \""), "event_type", "blank"),
                Arguments.of(with("event_type", "\"" + "x".repeat(101) + "\""), "event_type", "has 101"),
                Arguments.of(with("timestamp", ""), "timestamp", "is required"),
                Arguments.of(with("timestamp", "\"2026-11-20\""), "timestamp", "must be a time like"),
                Arguments.of(with("timestamp", "\"2026-02-30T10:00:00Z\""), "timestamp", "does not exist"),
                Arguments.of(with("timestamp", "1795290057"), "timestamp", "must be a time like"),
                Arguments.of(with("actor", "[\"a\"]"), "actor", "must be a string or null"),
                Arguments.of(with("actor", "\"\\ud800x\""), "actor", "surrogate"),
                Arguments.of(with("action", "\"\""), "action", "1 to 255"),
                Arguments.of(with("action", "\"" + "x".repeat(256) + "\""), "action", "has 256"),
                Arguments.of(with("resource", "{}"), "resource", "must be a string or null"),
                Arguments.of(with("metadata", "[1]"), "metadata", "JSON object"),
                Arguments.of(with("metadata", "\"x\""), "metadata", "JSON object"),
                Arguments.of(with("metadata", "{\"a\":[{\"b\":\"\\u0000\"}]}"), "metadata", "U+0000"),
                Arguments.of(with("metadata", "{\"a\\u0000\":1}"), "metadata", "surrogate"));
    }

    public static ProducerRecord<byte[], byte[]> event(UUID id, String data) {
        return new ProducerRecord<>(
                TOPIC,
                null,
                null,
                "s-1".getBytes(UTF_8),
                data.getBytes(UTF_8),
                CloudEventHeaders.binary(id.toString(), "/test", "alluvium.agent.event.v1", Instant.now(), null));
    }
}
