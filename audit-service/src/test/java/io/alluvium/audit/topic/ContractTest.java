package io.alluvium.audit.topic;

import static io.alluvium.audit.topic.Contract.faultsByReader;
import static io.alluvium.audit.topic.Contract.faultsBySchema;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.alluvium.audit.FaultyChanges;
import io.alluvium.kit.CloudEventHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The published contract says what the reader does. */
class ContractTest {

    static Stream<String> soundChanges() {
        return Stream.of(
                FaultyChanges.SOUND,
                FaultyChanges.with("a_field_of_tomorrow", "[1]"),
                FaultyChanges.with("old_values", "null"),
                FaultyChanges.with("changed_by", "null"),
                FaultyChanges.with("changed_by", "\"\""),
                FaultyChanges.with("changed_fields", "null"),
                FaultyChanges.with("changed_fields", "[]"),
                FaultyChanges.with("entity_id", "\"" + "x".repeat(200) + "\""),
                FaultyChanges.with("new_values", "{\"\\ud83d\\ude00\":1}"),
                FaultyChanges.with("entity_id", "\" \\ud83d\\ude00 \""),
                FaultyChanges.with("new_values", "{\"a\":[{\"b\":\"\\\\u0000\"},1e400,null]}"),
                FaultyChanges.with("changed_at", "\"2026-11-20T10:00:00.123456789+14:00\""),
                "{\"entity_type\":\"a\",\"entity_id\":\"b\",\"operation\":\"UPDATE\",\"old_values\":{},"
                        + "\"new_values\":{},\"changed_at\":\"0001-01-01T00:00:00Z\"}",
                "{\"entity_type\":\"a\",\"entity_id\":\"b\",\"operation\":\"DELETE\",\"old_values\":{},"
                        + "\"changed_at\":\"9999-12-31T23:59:59.999999Z\"}");
    }

    /** What the schema's description names as beyond it: repeated names, and the last hours of 9999 in another zone. */
    static Stream<Arguments> expressibleFaults() {
        return FaultyChanges.eventFaults()
                .filter(fault -> !fault.get()[2].equals("twice") && !fault.get()[2].equals("9999"));
    }

    @ParameterizedTest
    @MethodSource("soundChanges")
    void aSoundChangeIsSoundByTheSchemaToo(String change) {
        assertThat(faultsByReader(change)).isEmpty();
        assertThat(faultsBySchema(change)).isEmpty();
    }

    @ParameterizedTest(name = "{1} {2}")
    @MethodSource("expressibleFaults")
    void aFaultyChangeIsFaultyByTheSchemaToo(String change, String field, String message) {
        assertThat(faultsByReader(change)).isNotEmpty();
        assertThat(faultsBySchema(change)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"17", "[]", "null", "\"x\""})
    void aValueThatIsNoObjectIsFaultyByBoth(String value) {
        assertThat(faultsByReader(value)).isNotEmpty();
        assertThat(faultsBySchema(value)).isNotEmpty();
    }

    @Test
    void theExamplesOfTheSchemaAreSound() {
        JsonNode examples = Contract.changeSchema().path("examples");

        assertThat(examples).isNotEmpty().allSatisfy(example -> {
            assertThat(faultsByReader(example.toString())).isEmpty();
            assertThat(faultsBySchema(example.toString())).isEmpty();
        });
    }

    @Test
    void theHeadersOfOurEventsAreThoseOfTheContract() {
        JsonNode headers = Contract.asyncApi().at("/components/schemas/changeHeaders");
        ObjectNode ours = JsonNodeFactory.instance.objectNode();
        for (Header header : CloudEventHeaders.binary("1", "/source", ChangeEvent.TYPE, Instant.EPOCH, "invoice:1")) {
            ours.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
        }

        assertThat(Contract.faults(headers, ours)).isEmpty();
        assertThat(ours.fieldNames()).toIterable().allMatch(headers.path("properties")::has);
        assertThat(Contract.faults(headers, ours.deepCopy().put("ce_type", "another")))
                .isNotEmpty();
        assertThat(Contract.faults(headers, ours.deepCopy().without("ce_id"))).isNotEmpty();
    }

    @Test
    void theContractPointsToTheSchemaOfTheEvent() {
        JsonNode message = Contract.asyncApi().at("/components/messages/change");
        String reference = message.at("/payload/schema/$ref").asText();

        assertThat(message.path("name").asText()).isEqualTo(ChangeEvent.TYPE);
        assertThat(reference).isEqualTo("./" + ChangeEvent.TYPE + ".schema.json");
        assertThat(Contract.has(reference)).isTrue();
    }
}
