package io.alluvium.audit.topic;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.alluvium.audit.topic.InvalidChange.Fault;
import io.alluvium.sink.Utf8;
import io.alluvium.sink.Utf8Check;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads change events from JSON without building a tree: images pass through as the byte ranges they were sent as. The
 * one place that knows the contract of the event, for requests and for the topic.
 */
public final class ChangeEventReader {

    /** What to do with a field that the contract does not name. */
    public enum UnknownFields {
        /** A request: the caller misspelt something and should hear of it. */
        REFUSE,
        /** The topic: the producer may be newer than this reader. */
        IGNORE
    }

    /** Objects and arrays within one another, at most. */
    public static final int MAX_DEPTH = 100;

    static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.CHARSET_DETECTION) // UTF-8 only: byte ranges of other encodings mean nothing
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(1000)
                    .maxNameLength(10_000)
                    .build())
            .build();

    /**
     * One element of a request's array: the event, or what is wrong with it.
     *
     * @param json its bytes, as sent
     */
    public record Element(Utf8 json, @Nullable ChangeEvent event, List<Fault> faults) {}

    private final byte[] bytes;
    private final int base;
    private final JsonParser parser;
    private final UnknownFields unknownFields;

    private ChangeEventReader(Utf8 json, JsonParser parser, UnknownFields unknownFields) {
        this.bytes = json.bytes();
        this.base = json.offset();
        this.parser = parser;
        this.unknownFields = unknownFields;
    }

    /** @throws InvalidChange when the JSON is not exactly one valid change event */
    public static ChangeEvent read(Utf8 json, UnknownFields unknownFields) throws InvalidChange {
        Element element = one(json, unknownFields);
        if (element.event() == null) {
            throw new InvalidChange(element.faults());
        }
        return element.event();
    }

    /**
     * Reads one line of a request.
     *
     * @throws InvalidChange when it is not exactly one JSON value
     */
    public static Element readOne(Utf8 json) throws InvalidChange {
        return one(json, UnknownFields.REFUSE);
    }

    private static Element one(Utf8 json, UnknownFields unknownFields) throws InvalidChange {
        refuseMalformedText(json);
        try (JsonParser parser = JSON.createParser(json.bytes(), json.offset(), json.length())) {
            ChangeEventReader reader = new ChangeEventReader(json, parser, unknownFields);
            if (parser.nextToken() == null) {
                throw whole("is empty: a change event is a JSON object");
            }
            Element element = reader.element();
            if (parser.nextToken() != null) {
                throw whole("has more than one JSON value");
            }
            return element;
        } catch (IOException broken) {
            throw broken(broken);
        }
    }

    /**
     * Reads a request's body: one object or an array of them.
     *
     * @throws InvalidChange when it is no JSON, or neither an object nor an array, or an array of more than {@code max}
     */
    public static List<Element> readAll(Utf8 json, int max) throws InvalidChange {
        refuseMalformedText(json);
        List<Element> elements = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(json.bytes(), json.offset(), json.length())) {
            ChangeEventReader reader = new ChangeEventReader(json, parser, UnknownFields.REFUSE);
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw whole("is empty: send a change event or an array of them");
            }
            if (first == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    if (elements.size() == max) {
                        throw InvalidChange.tooMany(max);
                    }
                    elements.add(reader.element());
                }
            } else {
                elements.add(reader.element());
            }
            if (parser.nextToken() != null) {
                throw whole("has more than one JSON value: several events go into an array or application/x-ndjson");
            }
            return elements;
        } catch (IOException broken) {
            throw broken(broken);
        }
    }

    private static void refuseMalformedText(Utf8 json) throws InvalidChange {
        if (!Utf8Check.wellFormed(json.bytes(), json.offset(), json.length())) {
            throw whole("is not well-formed UTF-8");
        }
    }

    private static InvalidChange whole(String message) {
        return new InvalidChange(List.of(new Fault("", message)));
    }

    private static InvalidChange broken(IOException failure) {
        if (failure instanceof StreamConstraintsException beyond) {
            return whole("is beyond a limit: " + beyond.getOriginalMessage());
        }
        String where = "";
        if (failure instanceof JsonProcessingException json && json.getLocation() != null) {
            where = " at line " + json.getLocation().getLineNr() + ", column "
                    + json.getLocation().getColumnNr();
        }
        return whole("is not valid JSON" + where);
    }

    /** Reads the value that the parser stands on, to its end. */
    private Element element() throws IOException {
        int start = base + (int) parser.currentTokenLocation().getByteOffset();
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return new Element(range(start), null, List.of(new Fault("", "a change event is a JSON object")));
        }
        ChangeEventFields fields = new ChangeEventFields(this, unknownFields);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            fields.accept(name, parser);
        }
        return fields.toElement(range(start));
    }

    private Utf8 range(int start) {
        int end = base + (int) parser.currentLocation().getByteOffset();
        return new Utf8(bytes, start, end - start);
    }

    /** Moves the parser to the end of the value that it stands on. */
    interface Walk {
        void toTheEnd() throws IOException;
    }

    /** The bytes of the value that the parser stands on; afterwards it stands at the value's end. */
    Utf8 rawValue(Walk walk) throws IOException {
        int start = base + (int) parser.currentTokenLocation().getByteOffset();
        walk.toTheEnd();
        return range(start);
    }
}
