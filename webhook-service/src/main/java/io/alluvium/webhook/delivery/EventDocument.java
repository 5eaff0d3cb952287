package io.alluvium.webhook.delivery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Events as JSON: the document that travels on the topic of received webhooks, and the bodies that are made of it. */
final class EventDocument {

    static final String TYPE = "alluvium.webhook.received.v1";

    private static final JsonFactory JSON = new JsonFactory();

    private EventDocument() {}

    /** The event as it was received. What the source sent is copied as it is. */
    static byte[] received(StoredEvent event) {
        return document(event, json -> write(event, json));
    }

    /** The body of a Standard Webhook: type, time and data. */
    static byte[] webhook(StoredEvent event) {
        return document(event, json -> {
            json.writeStringField("type", TYPE);
            json.writeStringField("timestamp", event.eventTimestamp().toString());
            json.writeObjectFieldStart("data");
            write(event, json);
            json.writeEndObject();
        });
    }

    private static void write(StoredEvent event, JsonGenerator json) throws IOException {
        json.writeStringField("source", event.source());
        json.writeStringField("event_id", event.eventId());
        json.writeStringField("event_type", event.eventType());
        text("module", event.module(), json);
        text("record_id", event.recordId(), json);
        raw("record_data", event.recordData(), json);
        raw("modified_fields", event.modifiedFields(), json);
        text("user_id", event.userId(), json);
        json.writeStringField("event_timestamp", event.eventTimestamp().toString());
        json.writeStringField("received_at", event.receivedAt().toString());
        raw("headers", event.headers(), json);
        json.writeStringField("body_sha256", event.bodySha256());
    }

    private static void text(String name, @Nullable String text, JsonGenerator json) throws IOException {
        if (text != null) {
            json.writeStringField(name, text);
        }
    }

    private static void raw(String name, @Nullable String document, JsonGenerator json) throws IOException {
        if (document != null) {
            json.writeFieldName(name);
            json.writeRawValue(document);
        }
    }

    /** Fields of an object. */
    @FunctionalInterface
    interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    private static byte[] document(StoredEvent event, Fields fields) {
        int data = event.recordData() == null ? 0 : event.recordData().length();
        return object(data + 1000, fields);
    }

    static byte[] object(int expected, Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(expected);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
