package io.alluvium.audit.query;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks into images: JSON objects as text, whose values are handed on as the text that they are. */
final class JsonImage {

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(1000)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private static final ObjectMapper TREES =
            new ObjectMapper(JSON).enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    /** 1 and 1.0 are one number, whatever their digits. */
    private static final Comparator<JsonNode> SAME_NUMBER =
            (a, b) -> a.isNumber() && b.isNumber() ? a.decimalValue().compareTo(b.decimalValue()) : a.equals(b) ? 0 : 1;

    private JsonImage() {}

    /** @param object null has no members */
    static Map<String, String> members(@Nullable String object) {
        Map<String, String> members = new LinkedHashMap<>();
        if (object == null) {
            return members;
        }
        try (JsonParser parser = JSON.createParser(object)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                int start = (int) parser.currentTokenLocation().getCharOffset();
                parser.skipChildren();
                parser.finishToken();
                members.put(name, object.substring(start, (int)
                        parser.currentLocation().getCharOffset()));
            }
            return members;
        } catch (IOException impossible) {
            throw new UncheckedIOException("images were read as valid JSON before they were stored", impossible);
        }
    }

    /** The strings of an array; null has none. */
    static List<String> strings(@Nullable String array) {
        List<String> strings = new ArrayList<>();
        if (array == null) {
            return strings;
        }
        try (JsonParser parser = JSON.createParser(array)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.VALUE_STRING) {
                strings.add(parser.getText());
            }
            return strings;
        } catch (IOException impossible) {
            throw new UncheckedIOException("changed_fields were read as valid JSON before", impossible);
        }
    }

    /** Whether two values are one, whatever the order of members, the white space and the digits of numbers. */
    static boolean same(String a, String b) {
        if (a.equals(b)) {
            return true;
        }
        try {
            return TREES.readTree(a).equals(SAME_NUMBER, TREES.readTree(b));
        } catch (JsonProcessingException | NumberFormatException beyond) {
            return false; // a number with an exponent that no BigDecimal has: another text is another value
        }
    }
}
