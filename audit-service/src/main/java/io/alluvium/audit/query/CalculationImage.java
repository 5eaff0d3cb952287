package io.alluvium.audit.query;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks into the JSON of a stored change without reading numbers: they keep the digits that were sent. */
final class CalculationImage {

    // What is stored was held to the bounds of the topic; here nothing may fail any more.
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private CalculationImage() {}

    /** The members of an object, each with its value as JSON text; of two with one name the later. */
    static Map<String, String> members(String object) {
        Map<String, String> members = new HashMap<>();
        try (JsonParser parser = JSON.createParser(object)) {
            parser.nextToken();
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                int start = Math.toIntExact(parser.currentTokenLocation().getCharOffset());
                parser.skipChildren();
                parser.finishToken();
                int end = Math.toIntExact(parser.currentLocation().getCharOffset());
                members.put(name, object.substring(start, end).stripTrailing());
            }
            return members;
        } catch (IOException broken) {
            throw new UncheckedIOException("a stored image is not JSON", broken);
        }
    }

    /** @return the texts in an array of texts; none where there is no array */
    static List<String> texts(@Nullable String array) {
        if (array == null) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(array)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.VALUE_STRING) {
                texts.add(parser.getText());
            }
            return texts;
        } catch (IOException broken) {
            throw new UncheckedIOException("stored field names are not JSON", broken);
        }
    }
}
