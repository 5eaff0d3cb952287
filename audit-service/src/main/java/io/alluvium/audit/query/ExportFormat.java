package io.alluvium.audit.query;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import org.jspecify.annotations.Nullable;

/** How a change looks in a file. */
enum ExportFormat {

    /** One JSON object on each line, with the members of the search. */
    NDJSON("application/x-ndjson", "audit-changes.ndjson") {
        @Override
        String head() {
            return "";
        }

        @Override
        void append(Change change, StringBuilder out) {
            out.append("{\"event_id\":\"").append(change.eventId()).append('"');
            text("entity_type", change.entityType(), out);
            text("entity_id", change.entityId(), out);
            text("operation", change.operation(), out);
            json("old_values", change.oldValues(), out);
            json("new_values", change.newValues(), out);
            json("changed_fields", change.changedFields(), out);
            text("changed_by", change.changedBy(), out);
            text("changed_at", change.changedAt().toString(), out);
            text("correlation_id", change.correlationId(), out);
            out.append("}\n");
        }

        private static void text(String name, @Nullable String value, StringBuilder out) {
            out.append(",\"").append(name).append("\":");
            if (value == null) {
                out.append("null");
            } else {
                out.append('"');
                JsonStringEncoder.getInstance().quoteAsString(value, out);
                out.append('"');
            }
        }

        private static void json(String name, @Nullable String json, StringBuilder out) {
            out.append(",\"").append(name).append("\":");
            int start = out.length();
            out.append(json);
            // A line break in JSON is white space between tokens, but here it would end the object.
            for (int i = start; i < out.length(); i++) {
                if (out.charAt(i) == '\n' || out.charAt(i) == '\r') {
                    out.setCharAt(i, ' ');
                }
            }
        }
    },

    /** RFC 4180, with a line of names. Null is an empty cell, an empty text a pair of quotes. */
    CSV("text/csv;charset=UTF-8;header=present", "audit-changes.csv") {
        @Override
        String head() {
            return "event_id,entity_type,entity_id,operation,old_values,new_values,changed_fields,changed_by,"
                    + "changed_at,correlation_id\r\n";
        }

        @Override
        void append(Change change, StringBuilder out) {
            out.append(change.eventId());
            cell(change.entityType(), out);
            cell(change.entityId(), out);
            cell(change.operation(), out);
            cell(change.oldValues(), out);
            cell(change.newValues(), out);
            cell(change.changedFields(), out);
            cell(change.changedBy(), out);
            cell(change.changedAt().toString(), out);
            cell(change.correlationId(), out);
            out.append("\r\n");
        }

        private static void cell(@Nullable String value, StringBuilder out) {
            out.append(',');
            if (value == null) {
                return;
            }
            if (!value.isEmpty() && value.chars().noneMatch(c -> c == '"' || c == ',' || c == '\n' || c == '\r')) {
                out.append(value);
                return;
            }
            out.append('"').append(value.replace("\"", "\"\"")).append('"');
        }
    };

    private final String contentType;
    private final String fileName;

    ExportFormat(String contentType, String fileName) {
        this.contentType = contentType;
        this.fileName = fileName;
    }

    String contentType() {
        return contentType;
    }

    String fileName() {
        return fileName;
    }

    /** What comes before the first change. */
    abstract String head();

    abstract void append(Change change, StringBuilder out);
}
