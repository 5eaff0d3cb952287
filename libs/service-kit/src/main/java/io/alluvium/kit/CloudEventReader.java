package io.alluvium.kit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.alluvium.sink.RejectedRecord;
import io.alluvium.sink.Utf8;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Reads CloudEvents 1.0 from Kafka records, in binary mode and in structured mode. */
public final class CloudEventReader {

    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(102).build())
            .build();

    /**
     * @param id   the event's own id if that is a UUID, else the UUIDv5 of its source and id
     * @param data JSON, not yet looked at
     */
    public record CloudEvent(UUID id, Utf8 type, Utf8 data) {}

    private CloudEventReader() {}

    /** @throws RejectedRecord when the record is no CloudEvent with JSON data */
    public static CloudEvent read(ConsumerRecord<byte[], byte[]> polled) throws RejectedRecord {
        byte[] id = null;
        byte[] source = null;
        byte[] type = null;
        byte[] version = null;
        byte[] contentType = null;
        for (Header header : polled.headers()) {
            switch (header.key()) {
                case "ce_id" -> id = header.value();
                case "ce_source" -> source = header.value();
                case "ce_type" -> type = header.value();
                case "ce_specversion" -> version = header.value();
                case "content-type" -> contentType = header.value();
                default -> {
                    // other attributes and extensions are of no concern here
                }
            }
        }
        byte[] value = polled.value();
        if (value == null) {
            throw new RejectedRecord("the record has no data");
        }
        Mode mode = contentType == null ? Mode.BINARY : mode(contentType);
        if (mode == null) {
            throw new RejectedRecord("content-type must be application/json or application/cloudevents+json");
        }
        if (mode == Mode.STRUCTURED) {
            return structured(value);
        }
        return event("header ce_", id, source, type, version, new Utf8(value, 0, value.length));
    }

    private enum Mode {
        BINARY,
        STRUCTURED
    }

    private static final byte[] PLAIN_JSON = "application/json".getBytes(StandardCharsets.US_ASCII);

    /** @return null when it is no JSON */
    private static @Nullable Mode mode(byte[] contentType) {
        if (java.util.Arrays.equals(contentType, PLAIN_JSON)) {
            return Mode.BINARY; // nearly always
        }
        String text = new String(contentType, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
        String media = text.split(";", 2)[0].strip();
        if (media.equals("application/cloudevents+json")) {
            return Mode.STRUCTURED;
        }
        return media.equals("application/json") || media.endsWith("+json") ? Mode.BINARY : null;
    }

    private static CloudEvent event(
            String where,
            byte @Nullable [] id,
            byte @Nullable [] source,
            byte @Nullable [] type,
            byte @Nullable [] version,
            Utf8 data)
            throws RejectedRecord {
        byte[] theId = required(where, "id", id);
        byte[] theSource = required(where, "source", source);
        byte[] theType = required(where, "type", type);
        if (version != null && !(version.length > 1 && version[0] == '1' && version[1] == '.')) {
            throw new RejectedRecord(where + "specversion must be 1.0");
        }
        return new CloudEvent(EventId.of(theSource, theId), new Utf8(theType, 0, theType.length), data);
    }

    private static byte[] required(String where, String attribute, byte @Nullable [] value) throws RejectedRecord {
        if (value == null || value.length == 0) {
            throw new RejectedRecord(where + attribute + " is missing: every event is a CloudEvent 1.0");
        }
        return value;
    }

    private static CloudEvent structured(byte[] value) throws RejectedRecord {
        byte[] id = null;
        byte[] source = null;
        byte[] type = null;
        byte[] version = null;
        Utf8 data = null;
        try (JsonParser parser = JSON.createParser(value)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new RejectedRecord("a structured CloudEvent is a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "id" -> id = text(parser);
                    case "source" -> source = text(parser);
                    case "type" -> type = text(parser);
                    case "specversion" -> version = text(parser);
                    case "data" -> data = raw(parser, value);
                    case "data_base64" -> throw new RejectedRecord("data_base64 is not read: send data as JSON");
                    default -> parser.skipChildren();
                }
            }
            if (parser.nextToken() != null) {
                throw new RejectedRecord("a structured CloudEvent is one JSON object");
            }
        } catch (IOException broken) {
            throw new RejectedRecord("the structured CloudEvent is not valid JSON");
        }
        if (data == null) {
            throw new RejectedRecord("field data is missing");
        }
        return event("field ", id, source, type, version, data);
    }

    private static byte @Nullable [] text(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            parser.skipChildren();
            return null;
        }
        return parser.getText().getBytes(StandardCharsets.UTF_8);
    }

    private static Utf8 raw(JsonParser parser, byte[] source) throws IOException {
        int start = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken();
        int end = (int) parser.currentLocation().getByteOffset();
        return new Utf8(source, start, end - start);
    }
}
