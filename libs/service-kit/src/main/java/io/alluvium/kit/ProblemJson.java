package io.alluvium.kit;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.handler.codec.http.HttpResponseStatus;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a problem looks on the wire, for those who answer inside a resource and for those who answer before it. */
@Singleton
final class ProblemJson {

    static final String CONTENT_TYPE = "application/problem+json";

    private final ObjectMapper json;

    ProblemJson(ObjectMapper json) {
        this.json = json;
    }

    /** @param instance the path that was asked for, without its query: a query may hold what nobody should log */
    String render(Problem problem, @Nullable String instance) {
        StringWriter text = new StringWriter(256);
        try (JsonGenerator out = json.createGenerator(text)) {
            out.writeStartObject();
            // No types of our own: status and detail say all there is, and a URI that leads nowhere helps nobody.
            out.writeStringField("type", "about:blank");
            out.writeStringField(
                    "title", HttpResponseStatus.valueOf(problem.status()).reasonPhrase());
            out.writeNumberField("status", problem.status());
            out.writeStringField("detail", problem.detail());
            if (instance != null) {
                out.writeStringField("instance", instance);
            }
            if (!problem.errors().isEmpty()) {
                writeErrors(problem, out);
            }
            for (Map.Entry<String, Object> member : problem.members().entrySet()) {
                out.writePOJOField(member.getKey(), member.getValue());
            }
            out.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    private static void writeErrors(Problem problem, JsonGenerator out) throws IOException {
        out.writeArrayFieldStart("errors");
        for (Problem.FieldError error : problem.errors()) {
            out.writeStartObject();
            out.writeStringField("field", error.field());
            if (error.index() != null) {
                out.writeNumberField("index", error.index());
            }
            out.writeStringField("message", error.message());
            out.writeEndObject();
        }
        out.writeEndArray();
    }
}
