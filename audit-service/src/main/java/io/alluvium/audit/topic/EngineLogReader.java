package io.alluvium.audit.topic;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.alluvium.audit.topic.InvalidChange.Fault;
import io.alluvium.emitter.enginelog.LogTable;
import io.alluvium.sink.Utf8;
import io.alluvium.sink.Utf8Check;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows of an engine's log from JSON: a flat object of columns, whose names are those of the table in any case. A
 * column that the table does not have is a fault wherever it comes from: tables of a log do not grow by accident.
 */
public final class EngineLogReader {

    /**
     * One element of a request's array: the row, or what is wrong with it.
     *
     * @param json its bytes, as sent
     */
    public record Element(Utf8 json, @Nullable EngineLogEvent event, List<Fault> faults) {}

    private EngineLogReader() {}

    /** @throws InvalidEngineLog when the JSON is not exactly one row of the table */
    public static EngineLogEvent read(LogTable table, Utf8 json) throws InvalidEngineLog {
        List<Element> elements = readAll(table, json, 1);
        Element element = elements.isEmpty() ? null : elements.get(0);
        if (element == null || json.bytes()[first(json)] == '[') {
            throw whole("a row is a JSON object");
        }
        if (element.event() == null) {
            throw new InvalidEngineLog(element.faults());
        }
        return element.event();
    }

    private static int first(Utf8 json) {
        int at = json.offset();
        while (" \t\r\n".indexOf(json.bytes()[at]) >= 0) {
            at++;
        }
        return at;
    }

    /**
     * Reads a request's body: one object or an array of them.
     *
     * @throws InvalidEngineLog when it is no JSON, or neither an object nor an array, or an array of more than {@code max}
     */
    public static List<Element> readAll(LogTable table, Utf8 json, int max) throws InvalidEngineLog {
        if (!Utf8Check.wellFormed(json.bytes(), json.offset(), json.length())) {
            throw whole("is not well-formed UTF-8");
        }
        List<Element> elements = new ArrayList<>();
        try (JsonParser parser = ChangeEventReader.JSON.createParser(json.bytes(), json.offset(), json.length())) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw whole("is empty: send a row or an array of them");
            }
            if (first == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    if (elements.size() == max) {
                        throw InvalidEngineLog.tooMany(max);
                    }
                    elements.add(element(table, json, parser));
                }
            } else {
                elements.add(element(table, json, parser));
            }
            if (parser.nextToken() != null) {
                throw whole("has more than one JSON value: several rows go into an array");
            }
            return elements;
        } catch (IOException broken) {
            throw broken(broken);
        }
    }

    /** Reads the value that the parser stands on, to its end. */
    private static Element element(LogTable table, Utf8 json, JsonParser parser) throws IOException {
        int start = json.offset() + (int) parser.currentTokenLocation().getByteOffset();
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return new Element(range(json, start, parser), null, List.of(new Fault("", "a row is a JSON object")));
        }
        EngineLogCells cells = new EngineLogCells(table);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            cells.accept(name, parser);
        }
        return cells.toElement(range(json, start, parser));
    }

    private static Utf8 range(Utf8 json, int start, JsonParser parser) {
        int end = json.offset() + (int) parser.currentLocation().getByteOffset();
        return new Utf8(json.bytes(), start, end - start);
    }

    private static InvalidEngineLog whole(String message) {
        return new InvalidEngineLog(List.of(new Fault("", message)));
    }

    private static InvalidEngineLog broken(IOException failure) {
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
}
