package io.alluvium.audit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Changes with one thing wrong, for the two ways in: a request refuses them, the sink makes them dead letters. */
public final class FaultyChanges {

    public static final String SOUND =
            """
            {"entity_type":"invoice","entity_id":"1","operation":"INSERT","new_values":{"amount":1.10},
             "changed_at":"2026-11-20T10:00:00Z"}""";

    private FaultyChanges() {}

    /** The sound change with one more field, or with another value of a field. */
    public static String with(String field, String value) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("entity_type", "\"invoice\"");
        fields.put("entity_id", "\"1\"");
        fields.put("operation", "\"INSERT\"");
        fields.put("new_values", "{\"amount\":1.10}");
        fields.put("changed_at", "\"2026-11-20T10:00:00Z\"");
        fields.put(field, value);
        return fields.entrySet().stream()
                .map(entry -> "\"" + entry.getKey() + "\":" + entry.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** What only a request is refused for: on the topic, unknown fields are those of a newer producer. */
    private static Stream<Arguments> requestFaults() {
        return Stream.of(
                Arguments.of(with("entity_typ", "1"), "entity_typ", "no field"),
                Arguments.of(with("event_id", "\"42\""), "event_id", "UUID"));
    }

    /** A change, the field that is wrong, and what is said about it, for requests. */
    public static Stream<Arguments> faults() {
        return Stream.concat(requestFaults(), eventFaults());
    }

    /** The same for the topic. */
    public static Stream<Arguments> eventFaults() {
        return Stream.of(
                Arguments.of(with("entity_type", "5"), "entity_type", "must be a string"),
                Arguments.of(with("entity_type", "\"" + "x".repeat(101) + "\""), "entity_type", "has 101"),
                Arguments.of(with("entity_type", "\"  \""), "entity_type", "blank"),
                Arguments.of(with("entity_id", "\"\""), "entity_id", "1 to 200"),
                Arguments.of(with("entity_id", "\"a\\u0000b\""), "entity_id", "U+0000"),
                Arguments.of(with("entity_id", "\"\\ud800\""), "entity_id", "surrogate"),
                Arguments.of(with("operation", "\"insert\""), "operation", "INSERT, UPDATE, DELETE"),
                Arguments.of(with("operation", "\"UPDATE\""), "old_values", "required for an UPDATE"),
                Arguments.of(with("old_values", "{}"), "old_values", "null for an INSERT"),
                Arguments.of(with("new_values", "[1]"), "new_values", "JSON object"),
                Arguments.of(with("new_values", "{\"a\":\"\\u0000\"}"), "new_values", "U+0000"),
                Arguments.of(with("new_values", "{\"a\":\"\\udc00\\ud800\"}"), "new_values", "surrogate"),
                Arguments.of(with("changed_fields", "\"a\""), "changed_fields", "array"),
                Arguments.of(with("changed_fields", "[\"a\",1]"), "changed_fields[1]", "string"),
                Arguments.of(with("changed_fields", array("\"a\"", 1001)), "changed_fields", "at most 1000"),
                Arguments.of(with("changed_by", "\"" + "x".repeat(101) + "\""), "changed_by", "at most 100"),
                Arguments.of(with("correlation_id", "true"), "correlation_id", "string"),
                Arguments.of(with("changed_at", "\"2026-11-20T10:00:00\""), "changed_at", "with its offset"),
                Arguments.of(with("changed_at", "\"10000-01-01T00:00:00Z\""), "changed_at", "RFC 3339"),
                Arguments.of(with("changed_at", "\"9999-12-31T23:59:59-01:00\""), "changed_at", "9999"),
                Arguments.of(with("changed_at", "\"2026-02-30T00:00:00Z\""), "changed_at", "does not exist"),
                Arguments.of(with("changed_at", "1700000000"), "changed_at", "RFC 3339"),
                Arguments.of(SOUND.replace("\"entity_id\":\"1\",", ""), "entity_id", "required"),
                Arguments.of(SOUND.replaceFirst("\\{", "{\"operation\":\"INSERT\","), "operation", "twice"));
    }

    private static String array(String element, int count) {
        return IntStream.range(0, count).mapToObj(i -> element).collect(Collectors.joining(",", "[", "]"));
    }

    /** What is no change at all, and what is said about it. */
    public static Stream<Arguments> broken() {
        String deep = with("new_values", "{\"a\":" + "[".repeat(120) + "]".repeat(120) + "}");
        return Stream.of(
                Arguments.of("", "empty"),
                Arguments.of("{\"entity_type\":", "not valid JSON"),
                Arguments.of(deep, "limit"),
                Arguments.of(with("new_values", "{\"a\":" + "1".repeat(2000) + "}"), "limit"));
    }
}
