package io.alluvium.audit.topic;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.alluvium.audit.topic.ChangeEventReader.Element;
import io.alluvium.audit.topic.ChangeEventReader.UnknownFields;
import io.alluvium.audit.topic.InvalidChange.Fault;
import io.alluvium.kit.Rfc3339;
import io.alluvium.sink.Utf8;
import io.alluvium.sink.Utf8Check;
import java.io.IOException;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers the fields of one change event and judges them. */
final class ChangeEventFields {

    private static final int MAX_NAME = 200;

    private final ChangeEventReader reader;
    private final UnknownFields unknownFields;
    private final List<Fault> faults = new ArrayList<>(0);
    private int seen;

    private @Nullable Utf8 entityType;
    private @Nullable Utf8 entityId;
    private @Nullable Operation operation;
    private @Nullable Utf8 oldValues;
    private @Nullable Utf8 newValues;
    private @Nullable Utf8 changedFields;
    private @Nullable Utf8 changedBy;
    private long changedAt;
    private @Nullable Utf8 correlationId;
    private @Nullable String eventId;

    ChangeEventFields(ChangeEventReader reader, UnknownFields unknownFields) {
        this.reader = reader;
        this.unknownFields = unknownFields;
    }

    /** Takes the value that the parser stands on. */
    void accept(String name, JsonParser parser) throws IOException {
        switch (name) {
            case "entity_type" -> entityType = text(name, 0, parser, 1, ChangeEvent.MAX_ENTITY_TYPE);
            case "entity_id" -> entityId = text(name, 1, parser, 1, ChangeEvent.MAX_ENTITY_ID);
            case "operation" -> operation = operation(name, parser);
            case "old_values" -> oldValues = object(name, 3, parser);
            case "new_values" -> newValues = object(name, 4, parser);
            case "changed_fields" -> changedFields = names(name, parser);
            case "changed_by" -> changedBy = text(name, 6, parser, 0, ChangeEvent.MAX_CHANGED_BY);
            case "changed_at" -> changedAt = time(name, parser);
            case "correlation_id" -> correlationId = text(name, 8, parser, 0, ChangeEvent.MAX_CORRELATION_ID);
            default -> other(name, parser);
        }
    }

    private void other(String name, JsonParser parser) throws IOException {
        if (name.equals("event_id") && unknownFields == UnknownFields.REFUSE) {
            Utf8 id = text(name, 9, parser, 0, 36);
            eventId = id == null ? null : uuid(name, id.toString());
            return;
        }
        parser.skipChildren();
        if (unknownFields == UnknownFields.REFUSE) {
            String shown = name.length() > 50 ? name.substring(0, 50) + "\u2026" : name;
            fault(shown, "is no field of a change event");
        }
    }

    private @Nullable String uuid(String name, String text) {
        if (!EventIds.isUuid(text)) {
            fault(name, "must be a UUID");
            return null;
        }
        return text;
    }

    private @Nullable Utf8 text(String name, int bit, JsonParser parser, int least, int most) throws IOException {
        once(name, bit);
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NULL && least == 0) {
            return null;
        }
        if (token != JsonToken.VALUE_STRING) {
            parser.skipChildren();
            fault(name, "must be a string");
            return null;
        }
        String text = parser.getText();
        if (text.length() < least || text.length() > most) {
            fault(
                    name,
                    "must have " + (least == 0 ? "at most " : least + " to ") + most + " characters, has "
                            + text.length());
        } else if (least > 0 && text.isBlank()) {
            fault(name, "must not be blank");
        } else if (!isStorable(text)) {
            fault(name, "holds U+0000 or half of a surrogate pair, which cannot be stored");
        }
        return Utf8.of(text);
    }

    static boolean isStorable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isLowSurrogate(c)) {
                return false;
            }
            if (Character.isHighSurrogate(c)) {
                if (++i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
                    return false;
                }
            }
        }
        return true;
    }

    private @Nullable Operation operation(String name, JsonParser parser) throws IOException {
        once(name, 2);
        String text = parser.currentToken() == JsonToken.VALUE_STRING ? parser.getText() : "";
        parser.skipChildren();
        switch (text) {
            case "INSERT":
                return Operation.INSERT;
            case "UPDATE":
                return Operation.UPDATE;
            case "DELETE":
                return Operation.DELETE;
            default:
                fault(name, "must be one of INSERT, UPDATE, DELETE");
                return Operation.INSERT; // judged above: no second fault for its absence
        }
    }

    private @Nullable Utf8 object(String name, int bit, JsonParser parser) throws IOException {
        once(name, bit);
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        boolean isObject = parser.currentToken() == JsonToken.START_OBJECT;
        Utf8 raw = reader.rawValue(parser::skipChildren);
        String unstorable = Utf8Check.unstorable(raw.bytes(), raw.offset(), raw.length());
        if (!isObject) {
            fault(name, "must be a JSON object or null");
        } else if (unstorable != null) {
            fault(name, "holds " + unstorable + " in a string, which cannot be stored");
        }
        return raw;
    }

    private @Nullable Utf8 names(String name, JsonParser parser) throws IOException {
        once(name, 5);
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            parser.skipChildren();
            fault(name, "must be an array of field names or null");
            return null;
        }
        return reader.rawValue(() -> judgeNames(name, parser));
    }

    private void judgeNames(String name, JsonParser parser) throws IOException {
        int count = 0;
        boolean sound = true;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            count++;
            boolean isName = parser.currentToken() == JsonToken.VALUE_STRING
                    && parser.getTextLength() >= 1
                    && parser.getTextLength() <= MAX_NAME
                    && isStorable(parser.getText());
            parser.skipChildren();
            if (!isName && sound) {
                sound = false;
                fault(name + "[" + (count - 1) + "]", "must be a string of 1 to " + MAX_NAME + " characters");
            }
        }
        if (count > ChangeEvent.MAX_CHANGED_FIELDS) {
            fault(name, "must have at most " + ChangeEvent.MAX_CHANGED_FIELDS + " names, has " + count);
        }
    }

    private long time(String name, JsonParser parser) throws IOException {
        once(name, 7);
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            parser.skipChildren();
            fault(name, Rfc3339.EXPECTED);
            return 0;
        }
        try {
            return Rfc3339.toMicros(parser.getText());
        } catch (DateTimeException wrong) {
            fault(name, String.valueOf(wrong.getMessage()));
            return 0;
        }
    }

    private void once(String name, int bit) {
        if ((seen & 1 << bit) != 0) {
            fault(name, "is given twice");
        }
        seen |= 1 << bit;
    }

    private void fault(String field, String message) {
        faults.add(new Fault(field, message));
    }

    Element toElement(Utf8 json) {
        required("entity_type", 0);
        required("entity_id", 1);
        required("operation", 2);
        required("changed_at", 7);
        if (faults.isEmpty()) {
            judgeImages();
        }
        if (!faults.isEmpty() || entityType == null || entityId == null || operation == null) {
            return new Element(json, null, faults);
        }
        ChangeEvent event = new ChangeEvent(
                entityType,
                entityId,
                operation,
                oldValues,
                newValues,
                changedFields,
                changedBy,
                changedAt,
                correlationId,
                eventId);
        return new Element(json, event, List.of());
    }

    private void judgeImages() {
        if (operation == Operation.INSERT && oldValues != null) {
            fault("old_values", "must be null for an INSERT");
        } else if (operation != Operation.INSERT && oldValues == null) {
            fault("old_values", "is required for an " + operation + ": the state before it");
        }
        if (operation == Operation.DELETE && newValues != null) {
            fault("new_values", "must be null for a DELETE");
        } else if (operation != Operation.DELETE && newValues == null) {
            fault("new_values", "is required for an " + operation + ": the state after it");
        }
    }

    private void required(String name, int bit) {
        if ((seen & 1 << bit) == 0) {
            fault(name, "is required");
        }
    }
}
