package io.alluvium.emitter.enginelog;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Rows as the topic has them: an object of the columns that are not NULL, under their names. */
final class LogJson {

    private static final JsonFactory JSON = new JsonFactory();

    private LogJson() {}

    /** @param entry settled */
    static byte[] of(LogEntry entry) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("engine_instance_id", entry.instance().toString());
            writeCells(entry, json);
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /** For the console: whatever the cells hold. */
    static String shown(LogEntry entry) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            writeCells(entry, json);
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static void writeCells(LogEntry entry, JsonGenerator json) throws IOException {
        List<LogColumn> columns = entry.table.columns();
        for (int i = 0; i < entry.cells.length; i++) {
            Object value = entry.cells[i];
            if (value != null) {
                json.writeFieldName(columns.get(i).name());
                write(value, json);
            }
        }
    }

    private static void write(Object value, JsonGenerator json) throws IOException {
        if (value instanceof Integer number) {
            json.writeNumber(number);
        } else if (value instanceof Long number) {
            json.writeNumber(number);
        } else if (value instanceof Double number) {
            json.writeNumber(number);
        } else if (value instanceof byte[] bytes) {
            json.writeString(bytes.length + " bytes");
        } else {
            json.writeString(value.toString());
        }
    }
}
