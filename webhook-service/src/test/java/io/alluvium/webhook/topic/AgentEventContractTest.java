package io.alluvium.webhook.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import io.alluvium.sink.Utf8;
import io.alluvium.webhook.AgentEvents;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The published contract of agent events says what the reader does. */
class AgentEventContractTest {

    private static final Path FOLDER = Path.of(System.getProperty("repository.root"), "docs", "contracts");
    private static final JsonNode SCHEMA = read(FOLDER.resolve("alluvium.agent.event.v1.schema.json"));
    private static final JsonNode ASYNC_API = read(FOLDER.resolve("asyncapi.yaml"));

    private static JsonNode read(Path file) {
        try {
            return (file.toString().endsWith(".yaml") ? new YAMLMapper() : new JsonMapper()).readTree(file.toFile());
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    private static Set<ValidationMessage> faults(JsonNode schema, JsonNode document) {
        return JsonSchemaFactory.getInstance(VersionFlag.V202012)
                .getSchema(
                        schema,
                        SchemaValidatorsConfig.builder()
                                .formatAssertionsEnabled(true)
                                .pathType(PathType.JSON_POINTER)
                                .build())
                .validate(document);
    }

    private static Set<ValidationMessage> faultsBySchema(String event) throws IOException {
        return faults(SCHEMA, new JsonMapper().readTree(event));
    }

    private static AgentEvent read(String event) throws InvalidAgentEvent {
        return AgentEventReader.read(Utf8.of(event));
    }

    static Stream<String> soundEvents() {
        return Stream.of(
                AgentEvents.with("another", "{\"a\":\"\\u0000\"}"),
                AgentEvents.with("session_id", "null"),
                AgentEvents.with("session_id", ""),
                AgentEvents.with("actor", "\"\""),
                AgentEvents.with("event_type", "\"something_new\""),
                AgentEvents.with("event_type", "\"" + "x".repeat(100) + "\""),
                AgentEvents.with("action", "\"\\ud83d\\ude00" + "x".repeat(253) + "\""),
                AgentEvents.with("timestamp", "\"2026-11-20T10:00:00.123456789+14:00\""),
                AgentEvents.with("timestamp", "\"0001-01-01T00:00:00Z\""),
                AgentEvents.with("metadata", "null"),
                AgentEvents.with("metadata", "{ \"a\":[1.10,{\"b\":\"\\\\u0000\"},1e400,null] }"),
                "{\"event_type\":\"a\",\"timestamp\":\"2026-11-20t10:00:00z\",\"action\":\"b\"}");
    }

    @ParameterizedTest
    @MethodSource("soundEvents")
    void aSoundEventIsSoundByTheSchemaToo(String event) throws Exception {
        assertThat(faultsBySchema(event)).isEmpty();
        assertThat(read(event)).isNotNull();
    }

    @ParameterizedTest(name = "{1} {2}")
    @MethodSource("io.alluvium.webhook.AgentEvents#faults")
    void aFaultyEventIsFaultyByTheSchemaTooAndTheFieldIsNamed(String event, String field, String message)
            throws Exception {
        assertThat(faultsBySchema(event)).isNotEmpty();
        assertThatThrownBy(() -> read(event))
                .isInstanceOf(InvalidAgentEvent.class)
                .hasMessageStartingWith(field + ": ")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"17", "[]", "null", "\"x\""})
    void aValueThatIsNoObjectIsFaultyByBoth(String value) throws Exception {
        assertThat(faultsBySchema(value)).isNotEmpty();
        assertThatThrownBy(() -> read(value)).hasMessageContaining("is a JSON object");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"a\":}", "{\"metadata\":{\"a\":1}", "{} {}", "{\"actor\":\"a\",\"actor\":\"b\"}"})
    void whatTheSchemaCannotSayIsRefusedToo(String broken) {
        assertThatThrownBy(() -> read(broken)).isInstanceOf(InvalidAgentEvent.class);
    }

    @Test
    void textThatIsNotUtf8IsRefused() {
        byte[] event = AgentEvents.with("actor", "\"#\"").getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < event.length; i++) {
            event[i] = event[i] == '#' ? (byte) 0xC3 : event[i];
        }

        assertThatThrownBy(() -> AgentEventReader.read(new Utf8(event, 0, event.length)))
                .hasMessageContaining("UTF-8");
    }

    @Test
    void everythingThatIsWrongIsToldAtOnce() {
        assertThatThrownBy(() -> read("{\"actor\":1,\"metadata\":[]}"))
                .hasMessage("actor: must be a string or null; metadata: must be a JSON object or null;"
                        + " event_type: is required; timestamp: is required; action: is required");
    }

    @Test
    void metadataPassesThroughAsItWasSent() throws Exception {
        String metadata = "{ \"z\":1.50,\"a\":1e400 , \"t\":\"\\u00e9é\\/\" }";

        assertThat(read("  " + AgentEvents.with("metadata", metadata)).metadata())
                .isEqualTo(metadata);
    }

    @Test
    void theExamplesOfTheSchemaAreSound() {
        assertThat(SCHEMA.path("examples")).isNotEmpty().allSatisfy(example -> {
            assertThat(faults(SCHEMA, example)).isEmpty();
            assertThat(read(example.toString())).isNotNull();
        });
    }

    @Test
    void theHeadersOfOurEventsAreThoseOfTheContract() {
        JsonNode headers = ASYNC_API.at("/components/schemas/agentEventHeaders");
        ObjectNode ours = JsonNodeFactory.instance.objectNode();
        AgentEvent event = new AgentEvent(null, "a", Instant.now(), null, "b", "token:a/b", null);
        for (Header header : AgentEventWriter.record("topic", "/source", event).headers()) {
            ours.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
        }

        assertThat(faults(headers, ours)).isEmpty();
        assertThat(ours.fieldNames()).toIterable().allMatch(headers.path("properties")::has);
        assertThat(faults(headers, ours.deepCopy().put("ce_type", "another"))).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("soundEvents")
    void whatIsWrittenIsWhatWasRead(String event) throws Exception {
        AgentEvent read = read(event);
        byte[] written = AgentEventWriter.record("topic", "/source", read).value();

        assertThat(AgentEventReader.read(new Utf8(written, 0, written.length))).isEqualTo(read);
        assertThat(faultsBySchema(new String(written, StandardCharsets.UTF_8))).isEmpty();
    }

    @Test
    void theContractPointsToTheSchemaOfTheEvent() {
        JsonNode message = ASYNC_API.at("/components/messages/agentEvent");
        String reference = message.at("/payload/schema/$ref").asText();

        assertThat(message.path("name").asText()).isEqualTo(AgentEvent.TYPE);
        assertThat(reference).isEqualTo("./" + AgentEvent.TYPE + ".schema.json");
        assertThat(FOLDER.resolve(reference)).exists();
        assertThat(ASYNC_API.at("/channels/agentEvents/address").asText()).isEqualTo(AgentEvents.TOPIC);
    }
}
