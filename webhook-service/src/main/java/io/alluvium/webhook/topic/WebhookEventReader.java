package io.alluvium.webhook.topic;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.alluvium.kit.Rfc3339;
import io.alluvium.sink.Utf8;
import io.alluvium.sink.Utf8Check;
import java.io.IOException;
import java.time.DateTimeException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads events from the topic without building a tree. Fields that nobody knows are passed over: the producer may be newer
 * than this reader.
 */
public final class WebhookEventReader {

    /** Objects and arrays within one another, at most. */
    public static final int MAX_DEPTH = 100;

    /** As requests and events are read: UTF-8 only, since byte ranges of other encodings mean nothing. */
    public static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH + 2)
                    .maxNumberLength(1000)
                    .maxNameLength(10_000)
                    .build())
            .build();

    private final Utf8 json;
    private final JsonParser parser;
    private final Map<String, Utf8> texts = new HashMap<>();
    private final Map<String, Utf8> raws = new HashMap<>();

    private WebhookEventReader(Utf8 json, JsonParser parser) {
        this.json = json;
        this.parser = parser;
    }

    /** @throws InvalidWebhook when the JSON is not exactly one event */
    public static WebhookEvent read(Utf8 json) throws InvalidWebhook {
        if (!Utf8Check.wellFormed(json.bytes(), json.offset(), json.length())) {
            throw new InvalidWebhook("is not well-formed UTF-8");
        }
        try (JsonParser parser = JSON.createParser(json.bytes(), json.offset(), json.length())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new InvalidWebhook("must be a JSON object");
            }
            WebhookEvent event = new WebhookEventReader(json, parser).event();
            if (parser.nextToken() != null) {
                throw new InvalidWebhook("has more than one JSON value");
            }
            return event;
        } catch (StreamConstraintsException beyond) {
            throw new InvalidWebhook("is beyond a limit: " + beyond.getOriginalMessage());
        } catch (JsonProcessingException broken) {
            throw new InvalidWebhook(
                    "is not valid JSON at column " + broken.getLocation().getColumnNr());
        } catch (IOException impossible) {
            throw new InvalidWebhook("is not readable");
        }
    }

    private WebhookEvent event() throws IOException, InvalidWebhook {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "source", "event_id", "event_type", "module", "record_id", "user_id" -> text(name);
                case "event_timestamp", "received_at", "body_sha256" -> text(name);
                case "record_data", "headers" -> object(name);
                case "modified_fields" -> names(name);
                default -> parser.skipChildren();
            }
        }
        return new WebhookEvent(
                required("source", WebhookEvent.MAX_SOURCE),
                required("event_id", WebhookEvent.MAX_EVENT_ID),
                required("event_type", WebhookEvent.MAX_EVENT_TYPE),
                optional("module", WebhookEvent.MAX_MODULE),
                optional("record_id", WebhookEvent.MAX_RECORD_ID),
                present("record_data", raws.get("record_data")),
                raws.get("modified_fields"),
                optional("user_id", WebhookEvent.MAX_USER_ID),
                time("event_timestamp"),
                time("received_at"),
                present("headers", raws.get("headers")),
                sha256());
    }

    private void text(String name) throws IOException, InvalidWebhook {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw new InvalidWebhook(name, "must be a string");
        }
        String text = parser.getText();
        if (!Texts.isStorable(text)) {
            throw new InvalidWebhook(name, Texts.NOT_STORABLE);
        }
        once(name, texts.put(name, Utf8.of(text)));
    }

    private void object(String name) throws IOException, InvalidWebhook {
        JsonToken first = parser.currentToken();
        int start = start();
        if (name.equals("headers") && first == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                if (parser.nextToken() != JsonToken.VALUE_STRING) {
                    throw new InvalidWebhook(name, "must be an object of strings");
                }
                parser.finishToken();
            }
        }
        parser.skipChildren();
        Utf8 raw = rangeFrom(start);
        if (first != JsonToken.START_OBJECT) {
            throw new InvalidWebhook(name, "must be a JSON object");
        }
        String unstorable = Utf8Check.unstorable(raw.bytes(), raw.offset(), raw.length());
        if (unstorable != null) {
            throw new InvalidWebhook(name, "holds " + unstorable + " in a string, which cannot be stored");
        }
        once(name, raws.put(name, raw));
    }

    private void names(String name) throws IOException, InvalidWebhook {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        int start = start();
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw new InvalidWebhook(name, "must be an array of field names or null");
        }
        for (int count = 0; parser.nextToken() != JsonToken.END_ARRAY; count++) {
            String fault = parser.currentToken() == JsonToken.VALUE_STRING
                    ? Texts.faultOfFieldName(parser.getText())
                    : Texts.FIELD_NAME;
            if (count == WebhookEvent.MAX_MODIFIED_FIELDS) {
                fault = "must have at most " + WebhookEvent.MAX_MODIFIED_FIELDS + " names";
            }
            if (fault != null) {
                throw new InvalidWebhook(name, fault);
            }
        }
        once(name, raws.put(name, rangeFrom(start)));
    }

    private static void once(String name, @Nullable Utf8 earlier) throws InvalidWebhook {
        if (earlier != null) {
            throw new InvalidWebhook(name, "is given twice");
        }
    }

    private int start() {
        return json.offset() + (int) parser.currentTokenLocation().getByteOffset();
    }

    private Utf8 rangeFrom(int start) throws IOException {
        parser.finishToken();
        int end = json.offset() + (int) parser.currentLocation().getByteOffset();
        return new Utf8(json.bytes(), start, end - start);
    }

    private static Utf8 present(String name, @Nullable Utf8 value) throws InvalidWebhook {
        if (value == null) {
            throw new InvalidWebhook(name, "is required");
        }
        return value;
    }

    private Utf8 required(String name, int most) throws InvalidWebhook {
        Utf8 value = present(name, optional(name, most));
        if (value.toString().isBlank()) {
            throw new InvalidWebhook(name, "must not be blank");
        }
        return value;
    }

    private @Nullable Utf8 optional(String name, int most) throws InvalidWebhook {
        Utf8 value = texts.get(name);
        if (value != null && value.length() > most && value.toString().length() > most) {
            throw new InvalidWebhook(name, "must have at most " + most + " characters");
        }
        return value;
    }

    private Utf8 sha256() throws InvalidWebhook {
        Utf8 hash = present("body_sha256", texts.get("body_sha256"));
        if (!hash.toString().matches("[0-9a-f]{64}")) {
            throw new InvalidWebhook("body_sha256", "must be 64 hexadecimal digits in lower case");
        }
        return hash;
    }

    private long time(String name) throws InvalidWebhook {
        try {
            return Rfc3339.toMicros(present(name, texts.get(name)).toString());
        } catch (DateTimeException wrong) {
            throw new InvalidWebhook(name, String.valueOf(wrong.getMessage()));
        }
    }
}
