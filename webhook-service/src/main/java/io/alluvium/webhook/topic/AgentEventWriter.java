package io.alluvium.webhook.topic;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.alluvium.kit.CloudEventHeaders;
import io.alluvium.kit.EventId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Writes agent events as {@link AgentEventReader} reads them. */
public final class AgentEventWriter {

    private static final JsonFactory JSON = new JsonFactory();

    private AgentEventWriter() {}

    /**
     * @param source {@code ce_source}: who reports the event
     * @return a record with an event id of its own; its key is the session, else the resource, else none
     */
    public static ProducerRecord<byte[], byte[]> record(String topic, String source, AgentEvent event) {
        String key = event.sessionId() != null ? event.sessionId() : event.resource();
        return new ProducerRecord<>(
                topic,
                null,
                null,
                key == null ? null : key.getBytes(UTF_8),
                json(event),
                CloudEventHeaders.binary(
                        EventId.next().toString(), source, AgentEvent.TYPE, event.timestamp(), event.resource()));
    }

    private static byte[] json(AgentEvent event) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            text(json, "session_id", event.sessionId());
            text(json, "event_type", event.eventType());
            text(json, "timestamp", event.timestamp().toString());
            text(json, "actor", event.actor());
            text(json, "action", event.action());
            text(json, "resource", event.resource());
            if (event.metadata() != null) {
                json.writeFieldName("metadata");
                json.writeRawValue(event.metadata());
            }
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static void text(JsonGenerator json, String name, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }
}
