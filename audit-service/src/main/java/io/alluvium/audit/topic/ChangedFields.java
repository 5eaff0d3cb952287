package io.alluvium.audit.topic;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.alluvium.sink.Utf8;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which fields an update changed, for events that do not say. */
public final class ChangedFields {

    private static final ObjectMapper TREES = new ObjectMapper(ChangeEventReader.JSON)
            .enable(com.fasterxml.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    /** 1 and 1.0 are one number, whatever their digits. */
    private static final Comparator<JsonNode> SAME_NUMBER =
            (a, b) -> a.isNumber() && b.isNumber() ? a.decimalValue().compareTo(b.decimalValue()) : a.equals(b) ? 0 : 1;

    private ChangedFields() {}

    /**
     * @param before a JSON object
     * @param after  a JSON object
     * @return a JSON array: keys of {@code after} whose value differs or that are new, in its order, then the keys that
     *     only {@code before} has
     */
    public static Utf8 between(Utf8 before, Utf8 after) {
        try {
            return toArray(differing(members(before), members(after)));
        } catch (IOException impossible) {
            throw new UncheckedIOException("images were read as valid JSON before", impossible);
        }
    }

    private static List<String> differing(Map<String, Utf8> before, Map<String, Utf8> after) throws IOException {
        List<String> changed = new ArrayList<>();
        for (Map.Entry<String, Utf8> member : after.entrySet()) {
            Utf8 old = before.remove(member.getKey());
            if (old == null || !same(old, member.getValue())) {
                changed.add(member.getKey());
            }
        }
        changed.addAll(before.keySet());
        return changed;
    }

    private static boolean same(Utf8 a, Utf8 b) throws IOException {
        if (a.equals(b)) {
            return true;
        }
        try {
            return tree(a).equals(SAME_NUMBER, tree(b));
        } catch (JsonProcessingException | ArithmeticException | NumberFormatException beyond) {
            return false; // a number with an exponent that no BigDecimal has: another text is another value
        }
    }

    private static JsonNode tree(Utf8 json) throws IOException {
        return TREES.readTree(json.bytes(), json.offset(), json.length());
    }

    private static Map<String, Utf8> members(Utf8 object) throws IOException {
        JsonFactory json = ChangeEventReader.JSON;
        Map<String, Utf8> members = new LinkedHashMap<>();
        try (JsonParser parser = json.createParser(object.bytes(), object.offset(), object.length())) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                int start = (int) parser.currentTokenLocation().getByteOffset();
                parser.skipChildren();
                parser.finishToken();
                int end = (int) parser.currentLocation().getByteOffset();
                members.put(name, new Utf8(object.bytes(), object.offset() + start, end - start));
            }
        }
        return members;
    }

    private static Utf8 toArray(List<String> names) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
        try (JsonGenerator generator = ChangeEventReader.JSON.createGenerator(bytes)) {
            generator.writeStartArray();
            for (String name : names) {
                generator.writeString(name);
            }
            generator.writeEndArray();
        }
        byte[] array = bytes.toByteArray();
        return new Utf8(array, 0, array.length);
    }
}
