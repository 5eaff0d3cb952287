package io.alluvium.webhook.intake;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.alluvium.kit.Problem;
import io.alluvium.sink.Utf8;
import io.alluvium.sink.Utf8Check;
import io.alluvium.webhook.topic.Texts;
import io.alluvium.webhook.topic.WebhookEvent;
import io.alluvium.webhook.topic.WebhookEventReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A body while it is read, without building a tree: what is kept of it as JSON is a range of its bytes. */
final class JsonBody {

    /** Reads from the first token, on which the parser stands, to the end of that value. */
    @FunctionalInterface
    interface Reading<T> {
        T read(JsonBody body) throws IOException;
    }

    /** One level less than events are read with: an event is around its record. */
    private static final JsonFactory JSON = WebhookEventReader.JSON
            .rebuild()
            .streamReadConstraints(WebhookEventReader.JSON
                    .streamReadConstraints()
                    .rebuild()
                    .maxNestingDepth(WebhookEventReader.MAX_DEPTH)
                    .build())
            .build();

    private static final String INVALID = "Invalid JSON payload";

    private final byte[] bytes;
    private final JsonParser parser;

    private JsonBody(byte[] bytes, JsonParser parser) {
        this.bytes = bytes;
        this.parser = parser;
    }

    /** @throws Problem 400 unless the body is exactly one JSON value that can be stored */
    static <T> T read(byte[] bytes, Reading<T> reading) {
        if (!Utf8Check.wellFormed(bytes, 0, bytes.length)) {
            throw invalid("it is not well-formed UTF-8");
        }
        try (JsonParser parser = JSON.createParser(bytes)) {
            if (parser.nextToken() == null) {
                throw invalid("it is empty");
            }
            T result = reading.read(new JsonBody(bytes, parser));
            if (parser.nextToken() != null) {
                throw invalid("it has more than one JSON value");
            }
            String unstorable = Utf8Check.unstorable(bytes, 0, bytes.length);
            if (unstorable != null) {
                throw invalid("it holds " + unstorable + " in a string, which cannot be stored");
            }
            return result;
        } catch (StreamConstraintsException beyond) {
            throw invalid("it is beyond a limit: " + beyond.getOriginalMessage());
        } catch (JsonProcessingException broken) {
            throw invalid("not JSON at line " + broken.getLocation().getLineNr() + ", column "
                    + broken.getLocation().getColumnNr());
        } catch (IOException impossible) {
            throw invalid("it is not readable");
        }
    }

    private static Problem invalid(String why) {
        return Problem.badRequest(INVALID + ": " + why);
    }

    JsonToken token() {
        return parser.currentToken();
    }

    /** @return the name of the next field of the object, on whose value the parser then stands; null at its end */
    @Nullable
    String nextField() throws IOException {
        if (parser.nextToken() != JsonToken.FIELD_NAME) {
            return null;
        }
        String name = parser.currentName();
        parser.nextToken();
        return name;
    }

    /** @return whether the array has one more element, on which the parser then stands */
    boolean nextElement() throws IOException {
        return parser.nextToken() != JsonToken.END_ARRAY;
    }

    void skip() throws IOException {
        parser.skipChildren();
    }

    /** Where the value begins that the parser stands on. */
    int start() {
        return (int) parser.currentTokenLocation().getByteOffset();
    }

    /** The bytes from there to the end of the value on whose last token the parser stands. */
    Utf8 rangeFrom(int start) throws IOException {
        parser.finishToken();
        return new Utf8(bytes, start, (int) parser.currentLocation().getByteOffset() - start);
    }

    /** @return the text of a string or a number; null for null, and for what is neither */
    @Nullable
    String scalar() throws IOException {
        JsonToken token = parser.currentToken();
        boolean isText = token == JsonToken.VALUE_STRING || token.isNumeric();
        String text = isText ? parser.getText() : null;
        parser.skipChildren();
        return text;
    }

    /** @return null for null */
    @Nullable
    String text(String field, int most) throws IOException {
        JsonToken token = parser.currentToken();
        String text = scalar();
        if (text == null && token != JsonToken.VALUE_NULL) {
            throw Problem.badRequest(field, "must be a string");
        }
        return text == null ? null : bounded(field, text, most);
    }

    static String bounded(String field, String text, int most) {
        if (text.length() > most) {
            throw Problem.badRequest(field, "must have at most " + most + " characters, has " + text.length());
        }
        if (!Texts.isStorable(text)) {
            throw Problem.badRequest(field, "holds a character that cannot be stored");
        }
        return text;
    }

    /** @return null for null */
    @Nullable
    Utf8 object(String field) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw Problem.badRequest(field, "must be an object");
        }
        int start = start();
        parser.skipChildren();
        return rangeFrom(start);
    }

    /** @return null for null */
    @Nullable
    Utf8 fieldNames(String field) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw Problem.badRequest(field, "must be an array of strings");
        }
        int start = start();
        for (int count = 0; nextElement(); count++) {
            if (count == WebhookEvent.MAX_MODIFIED_FIELDS) {
                throw Problem.badRequest(field, "must have at most " + WebhookEvent.MAX_MODIFIED_FIELDS + " names");
            }
            String fault = parser.currentToken() == JsonToken.VALUE_STRING
                    ? Texts.faultOfFieldName(parser.getText())
                    : "must be a string";
            if (fault != null) {
                throw Problem.badRequest(field + "[" + count + "]", fault);
            }
        }
        return rangeFrom(start);
    }
}
