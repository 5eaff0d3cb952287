package io.alluvium.webhook.topic;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.alluvium.kit.Rfc3339;
import io.alluvium.sink.Utf8;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads agent events from JSON: the one place that knows their contract. Fields that it does not name are ignored. */
public final class AgentEventReader {

    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(100)
                    .maxNumberLength(1000)
                    .maxNameLength(10_000)
                    .build())
            .build();

    private final Utf8 json;
    private final JsonParser parser;
    private final List<String> faults = new ArrayList<>(0);
    private final Set<String> seen = new HashSet<>();

    private @Nullable String sessionId;
    private @Nullable String eventType;
    private @Nullable Instant timestamp;
    private @Nullable String actor;
    private @Nullable String action;
    private @Nullable String resource;
    private @Nullable String metadata;

    private AgentEventReader(Utf8 json, JsonParser parser) {
        this.json = json;
        this.parser = parser;
    }

    /** @throws InvalidAgentEvent when the JSON is not exactly one valid event */
    public static AgentEvent read(Utf8 json) throws InvalidAgentEvent {
        refuseMalformedText(json);
        try (JsonParser parser = JSON.createParser(json.bytes(), json.offset(), json.length())) {
            return new AgentEventReader(json, parser).event();
        } catch (IOException broken) {
            throw invalid("is not valid JSON, or beyond a limit");
        }
    }

    private static void refuseMalformedText(Utf8 json) throws InvalidAgentEvent {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json.bytes(), json.offset(), json.length()));
        } catch (CharacterCodingException malformed) {
            throw invalid("is not well-formed UTF-8");
        }
    }

    private static InvalidAgentEvent invalid(String fault) {
        return new InvalidAgentEvent(List.of(fault));
    }

    private AgentEvent event() throws IOException, InvalidAgentEvent {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw invalid("an agent event is a JSON object");
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            accept(name);
        }
        if (parser.nextToken() != null) {
            throw invalid("has more than one JSON value");
        }
        required("event_type");
        required("timestamp");
        required("action");
        if (!faults.isEmpty() || eventType == null || timestamp == null || action == null) {
            throw new InvalidAgentEvent(faults);
        }
        return new AgentEvent(sessionId, eventType, timestamp, actor, action, resource, metadata);
    }

    private void accept(String name) throws IOException {
        switch (name) {
            case "session_id" -> sessionId = text(name, 0, AgentEvent.MAX_TEXT);
            case "event_type" -> eventType = text(name, 1, AgentEvent.MAX_TYPE);
            case "timestamp" -> timestamp = time(name);
            case "actor" -> actor = text(name, 0, AgentEvent.MAX_TEXT);
            case "action" -> action = text(name, 1, AgentEvent.MAX_TEXT);
            case "resource" -> resource = text(name, 0, AgentEvent.MAX_TEXT);
            case "metadata" -> metadata = object(name);
            default -> parser.skipChildren();
        }
    }

    private @Nullable String text(String name, int least, int most) throws IOException {
        once(name);
        if (parser.currentToken() == JsonToken.VALUE_NULL && least == 0) {
            return null;
        }
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            parser.skipChildren();
            faults.add(name + ": must be a string" + (least == 0 ? " or null" : ""));
            return null;
        }
        String text = parser.getText();
        if (text.length() < least || text.length() > most) {
            faults.add(name + ": must have " + (least == 0 ? "at most " : least + " to ") + most + " characters, has "
                    + text.length());
        } else if (least > 0 && text.isBlank()) {
            faults.add(name + ": must not be blank");
        } else if (!Texts.isStorable(text)) {
            faults.add(name + ": " + Texts.NOT_STORABLE);
        }
        return text;
    }

    private @Nullable Instant time(String name) throws IOException {
        once(name);
        String text = parser.currentToken() == JsonToken.VALUE_STRING ? parser.getText() : "";
        parser.skipChildren();
        try {
            return Rfc3339.parse(text);
        } catch (DateTimeException wrong) {
            faults.add(name + ": " + wrong.getMessage());
            return null;
        }
    }

    /** The bytes of the value as they were sent: numbers keep their digits, members their order. */
    private @Nullable String object(String name) throws IOException {
        once(name);
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        boolean isObject = parser.currentToken() == JsonToken.START_OBJECT;
        int start = (int) parser.currentTokenLocation().getByteOffset();
        if (!toTheEndOfTheValue()) {
            faults.add(name + ": holds U+0000 or half of a surrogate pair in a string, which cannot be stored");
        } else if (!isObject) {
            faults.add(name + ": must be a JSON object or null");
        }
        int end = (int) parser.currentLocation().getByteOffset();
        return new Utf8(json.bytes(), json.offset() + start, end - start).toString();
    }

    /** @return whether all names and strings in it can be stored */
    private boolean toTheEndOfTheValue() throws IOException {
        boolean storable = true;
        int depth = 0;
        while (true) {
            JsonToken token = parser.currentToken();
            if (token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME) {
                storable &= Texts.isStorable(parser.getText());
            }
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            if (depth == 0) {
                parser.finishToken();
                return storable;
            }
            parser.nextToken();
        }
    }

    private void once(String name) {
        if (!seen.add(name)) {
            faults.add(name + ": is given twice");
        }
    }

    private void required(String name) {
        if (!seen.contains(name)) {
            faults.add(name + ": is required");
        }
    }
}
