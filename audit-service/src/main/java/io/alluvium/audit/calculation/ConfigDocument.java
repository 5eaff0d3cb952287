package io.alluvium.audit.calculation;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import io.alluvium.kit.Problem;
import io.alluvium.kit.Problem.FieldError;
import java.io.IOException;
import java.io.StringWriter;

/** Keeps a JSON object of a request as text: its numbers keep their digits. */
final class ConfigDocument extends StdDeserializer<String> {

    private static final long serialVersionUID = 1L;
    private static final int MAX_LENGTH = 20_000;
    private static final int MAX_DIGITS = 1_000;
    private static final JsonFactory JSON = new JsonFactory();

    ConfigDocument() {
        super(String.class);
    }

    @Override
    public String deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        String field = String.valueOf(parser.currentName());
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw wrong(field, "must be a JSON object or null");
        }
        StringWriter text = new StringWriter();
        try (JsonGenerator copy = JSON.createGenerator(text)) {
            int depth = 0;
            do {
                if (parser.currentToken() == JsonToken.VALUE_STRING
                        && !parser.getText().matches(Requests.STORABLE)) {
                    throw wrong(field, Requests.NOT_STORABLE);
                }
                if (parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT
                        && Math.abs(parser.getDecimalValue().scale()) > MAX_DIGITS) {
                    throw wrong(field, "must not hold a number of more than " + MAX_DIGITS + " digits");
                }
                copy.copyCurrentEventExact(parser);
                depth += parser.currentToken().isStructStart()
                        ? 1
                        : parser.currentToken().isStructEnd() ? -1 : 0;
            } while (depth > 0 && parser.nextToken() != null);
        }
        String document = text.toString();
        if (document.length() > MAX_LENGTH) {
            throw wrong(field, "must have at most " + MAX_LENGTH + " characters, has " + document.length());
        }
        return document;
    }

    private static Problem wrong(String field, String message) {
        return Problem.validation(new FieldError(field, message));
    }
}
