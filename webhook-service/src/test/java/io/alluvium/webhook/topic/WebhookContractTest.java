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
import io.alluvium.kit.CloudEventHeaders;
import io.alluvium.sink.Utf8;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The published contract of received webhooks says what the reader does, and the writer keeps it. */
class WebhookContractTest {

    private static final Path FOLDER = Path.of(System.getProperty("repository.root"), "docs", "contracts");
    private static final JsonNode SCHEMA = read(FOLDER.resolve(WebhookEvent.TYPE + ".schema.json"));
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

    /** A sound event but for one field; an empty value leaves it out. */
    private static String with(String field, String value) {
        Map<String, String> fields = new LinkedHashMap<>();
        SCHEMA.at("/examples/0").properties().forEach(one -> fields.put(one.getKey(), String.valueOf(one.getValue())));
        fields.put(field, value);
        return fields.entrySet().stream()
                .filter(one -> !one.getValue().isEmpty())
                .map(one -> "\"" + one.getKey() + "\":" + one.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static WebhookEvent readEvent(String event) throws InvalidWebhook {
        return WebhookEventReader.read(Utf8.of(event));
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "another         | {\"a\":\"\\u0000\"}",
                "module          | null",
                "module          | ``",
                "record_id       | ``",
                "record_id       | \"\"",
                "user_id         | null",
                "modified_fields | null",
                "modified_fields | ``",
                "modified_fields | []",
                "record_data     | {\"a\":[1.10,{\"b\":\"\\\\u0000\"},1e400,null]}",
                "headers         | {}",
                "event_type      | \"\\ud83d\\ude00\"",
                "received_at     | \"2026-11-20t10:00:00.123456789+14:00\"",
            })
    void aSoundEventIsSoundByTheSchemaToo(String field, String value) throws Exception {
        String event = with(field, value == null ? "" : value);

        assertThat(faults(SCHEMA, new JsonMapper().readTree(event))).isEmpty();
        assertThat(readEvent(event)).isNotNull();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "source          | ``",
                "source          | null",
                "source          | \" \"",
                "event_id        | 7",
                "event_id        | ``",
                "event_type      | \"\"",
                "module          | {}",
                "record_id       | \"a\\u0000\"",
                "record_data     | []",
                "record_data     | null",
                "record_data     | {\"a\":[\"\\udc00\"]}",
                "modified_fields | {}",
                "modified_fields | [\"\"]",
                "modified_fields | [1]",
                "user_id         | 1",
                "event_timestamp | \"2026-02-30T10:00:00Z\"",
                "event_timestamp | ``",
                "received_at     | \"2026-11-20T10:00:00\"",
                "received_at     | 5",
                "headers         | {\"a\":1}",
                "headers         | {\"a\":null}",
                "headers         | ``",
                "body_sha256     | \"44136FA355B3678A1146AD16F7E8649E94FB4FC21FE77E8310C060F61CAAFF8A\"",
                "body_sha256     | ``",
            })
    void aFaultyEventIsFaultyByTheSchemaTooAndTheFieldIsNamed(String field, String value) throws Exception {
        String event = with(field, value == null ? "" : value);

        assertThat(faults(SCHEMA, new JsonMapper().readTree(event))).isNotEmpty();
        assertThatThrownBy(() -> readEvent(event))
                .isInstanceOf(InvalidWebhook.class)
                .hasMessageStartingWith(field + ": ");
    }

    @ParameterizedTest
    @CsvSource({"source,100", "event_id,300", "event_type,100", "module,100", "record_id,200", "user_id,200"})
    void aTextMayHaveItsLengthAndNoMore(String field, int most) throws Exception {
        String longest = with(field, "\"" + "x".repeat(most) + "\"");
        String longer = with(field, "\"" + "x".repeat(most + 1) + "\"");

        assertThat(readEvent(longest)).isNotNull();
        assertThat(faults(SCHEMA, new JsonMapper().readTree(longest))).isEmpty();
        assertThatThrownBy(() -> readEvent(longer)).hasMessageStartingWith(field + ": must have at most " + most);
        assertThat(faults(SCHEMA, new JsonMapper().readTree(longer))).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "17", "[]", "{", "{} {}", "{\"source\":\"a\",\"source\":\"b\"}"})
    void whatIsNoEventIsRefused(String other) {
        assertThatThrownBy(() -> readEvent(other)).isInstanceOf(InvalidWebhook.class);
    }

    @Test
    void whatIsWrittenIsWhatWasRead() throws Exception {
        JsonNode example = SCHEMA.at("/examples/0");
        byte[] written = readEvent(example.toString()).toJson();

        assertThat(new JsonMapper().readTree(written)).isEqualTo(example);
        assertThat(faults(SCHEMA, example)).isEmpty();
        WebhookEvent event = WebhookEventReader.read(new Utf8(written, 0, written.length));
        assertThat(event.orderKey()).hasToString("zoho:4711");
        assertThat(readEvent(with("record_id", "")).orderKey())
                .hasToString("zoho:5f3c9a1e-7f0c-4d57-9c0a-2f0f9a3e1b11#1");
    }

    @Test
    void theHeadersOfOurEventsAreThoseOfTheContract() {
        JsonNode headers = ASYNC_API.at("/components/schemas/webhookHeaders");
        ObjectNode ours = JsonNodeFactory.instance.objectNode();
        for (Header header :
                CloudEventHeaders.binary("1", "/webhooks/zoho", WebhookEvent.TYPE, Instant.EPOCH, "zoho:1")) {
            ours.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
        }

        assertThat(faults(headers, ours)).isEmpty();
        assertThat(ours.fieldNames()).toIterable().allMatch(headers.path("properties")::has);
        assertThat(faults(headers, ours.deepCopy().put("ce_type", "another"))).isNotEmpty();
    }

    @Test
    void theContractPointsToTheSchemaOfTheEvent() {
        JsonNode message = ASYNC_API.at("/components/messages/webhook");

        assertThat(message.path("name").asText()).isEqualTo(WebhookEvent.TYPE);
        assertThat(message.at("/payload/schema/$ref").asText()).isEqualTo("./" + WebhookEvent.TYPE + ".schema.json");
        assertThat(ASYNC_API.at("/channels/webhooks/address").asText()).isEqualTo("webhook.received");
    }
}
