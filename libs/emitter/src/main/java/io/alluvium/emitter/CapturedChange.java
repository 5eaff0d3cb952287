package io.alluvium.emitter;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One change of one entity.
 *
 * @param before null for an INSERT
 * @param after  null for a DELETE
 * @param fields which columns an UPDATE changed; null for the others
 */
record CapturedChange(
        String type,
        String id,
        String operation,
        @Nullable Image before,
        @Nullable Image after,
        @Nullable List<String> fields) {

    private static final String EVENT_TYPE = "alluvium.audit.change.v1";

    /** The change as it is on the wire. */
    OutboxEvent event(CaptureSettings settings, @Nullable String by, Instant at, @Nullable String correlationId) {
        String key = type + ":" + id;
        String eventId = EventIds.next().toString();
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("ce_specversion", "1.0");
        headers.put("ce_id", eventId);
        headers.put("ce_source", settings.source());
        headers.put("ce_type", EVENT_TYPE);
        headers.put("ce_time", at.toString());
        headers.put("ce_subject", key);
        headers.put("content-type", "application/json");
        return new OutboxEvent(eventId, settings.topic(), key, headers, data(by, at, correlationId));
    }

    private String data(@Nullable String by, Instant at, @Nullable String correlationId) {
        StringWriter text = new StringWriter(512);
        try (JsonGenerator to = ImageJson.FACTORY.createGenerator(text)) {
            to.writeStartObject();
            to.writeStringField("entity_type", type);
            to.writeStringField("entity_id", id);
            to.writeStringField("operation", operation);
            write("old_values", before, to);
            write("new_values", after, to);
            if (fields != null) {
                to.writeArrayFieldStart("changed_fields");
                for (String field : fields) {
                    to.writeString(field);
                }
                to.writeEndArray();
            }
            to.writeStringField("changed_by", by);
            to.writeStringField("changed_at", at.toString());
            if (correlationId != null) {
                to.writeStringField("correlation_id", correlationId);
            }
            to.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException("a string takes everything", impossible);
        }
        return text.toString();
    }

    private static void write(String name, @Nullable Image image, JsonGenerator to) throws IOException {
        to.writeFieldName(name);
        if (image == null) {
            to.writeNull();
        } else {
            image.write(to);
        }
    }
}
