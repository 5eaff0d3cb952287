package io.alluvium.audit.topic;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.alluvium.audit.topic.EngineLogReader.Element;
import io.alluvium.audit.topic.InvalidChange.Fault;
import io.alluvium.emitter.enginelog.LogColumn;
import io.alluvium.emitter.enginelog.LogTable;
import io.alluvium.kit.Rfc3339;
import io.alluvium.sink.Utf8;
import java.io.IOException;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The columns of one row as they are read, and what is wrong with them. Not thread-safe. */
final class EngineLogCells {

    private static final String INSTANCE = "engine_instance_id";
    private static final String EVENT = "event_id";
    private static final String LOGGED = "logged_at";

    private final LogTable table;
    private final @Nullable Object[] cells;
    private final BitSet seen = new BitSet();
    private final List<Fault> faults = new ArrayList<>(0);
    private @Nullable UUID instanceId;
    private @Nullable String eventId;
    private @Nullable Long loggedAt;

    EngineLogCells(LogTable table) {
        this.table = table;
        this.cells = new Object[table.columns().size()];
    }

    /** Reads the value that the parser stands on, to its end. */
    void accept(String name, JsonParser parser) throws IOException {
        int column = table.indexOf(name);
        if (column >= 0) {
            once(name, column);
            cells[column] = cell(table.columns().get(column), parser);
            return;
        }
        switch (name.toLowerCase(Locale.ROOT)) {
            case INSTANCE -> {
                once(name, cells.length);
                String id = uuid(INSTANCE, parser);
                instanceId = id == null ? null : UUID.fromString(id);
            }
            case EVENT -> {
                once(name, cells.length + 1);
                eventId = uuid(EVENT, parser);
            }
            case LOGGED -> {
                once(name, cells.length + 2);
                boolean isNull = parser.currentToken() == JsonToken.VALUE_NULL;
                loggedAt = isNull ? null : time(LOGGED, parser);
            }
            default -> {
                parser.skipChildren();
                String shown = name.length() > 60 ? name.substring(0, 60) + "\u2026" : name;
                fault(shown, "is no column of " + table.sqlName());
            }
        }
    }

    private @Nullable String uuid(String name, JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        if (token == JsonToken.VALUE_STRING && EventIds.isUuid(parser.getText())) {
            return parser.getText();
        }
        parser.skipChildren();
        fault(name, "must be a UUID");
        return null;
    }

    private @Nullable Object cell(LogColumn column, JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        return switch (column.kind()) {
            case TEXT, CUT_TEXT -> text(column, parser);
            case INT -> integer(column, parser);
            case LONG -> whole(column, parser, Long.MIN_VALUE, Long.MAX_VALUE);
            case REAL -> real(column, parser);
            case TIME -> time(column.name(), parser);
        };
    }

    private @Nullable Utf8 text(LogColumn column, JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            return refuse(column, parser, "must be a string");
        }
        String text = parser.getText();
        if (column.kind() == LogColumn.Kind.CUT_TEXT) {
            return Utf8.of(column.cut(text));
        }
        if (text.length() > column.maxLength()) {
            fault(column.name(), "must have at most " + column.maxLength() + " characters, has " + text.length());
        } else if (!ChangeEventFields.isStorable(text)) {
            fault(column.name(), "holds U+0000 or half of a surrogate pair, which cannot be stored");
        }
        return Utf8.of(text);
    }

    private @Nullable Long whole(LogColumn column, JsonParser parser, long least, long most) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            return refuse(column, parser, "must be a whole number");
        }
        JsonParser.NumberType type = parser.getNumberType();
        if (type == JsonParser.NumberType.BIG_INTEGER
                || parser.getLongValue() < least
                || parser.getLongValue() > most) {
            return refuse(column, parser, "must be from " + least + " to " + most);
        }
        if (column.isId() && parser.getLongValue() < 0) {
            return refuse(column, parser, "must not be negative");
        }
        return parser.getLongValue();
    }

    private @Nullable Integer integer(LogColumn column, JsonParser parser) throws IOException {
        Long number = whole(column, parser, Integer.MIN_VALUE, Integer.MAX_VALUE);
        return number == null ? null : number.intValue();
    }

    private @Nullable Double real(LogColumn column, JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token != JsonToken.VALUE_NUMBER_FLOAT && token != JsonToken.VALUE_NUMBER_INT) {
            return refuse(column, parser, "must be a number");
        }
        double value = parser.getDoubleValue();
        if (!Double.isFinite(value)) {
            return refuse(column, parser, "is too large a number");
        }
        return value;
    }

    private @Nullable Long time(String name, JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            return refuse(name, parser, Rfc3339.EXPECTED);
        }
        try {
            return Rfc3339.toMicros(parser.getText());
        } catch (DateTimeException wrong) {
            return refuse(name, parser, String.valueOf(wrong.getMessage()));
        }
    }

    private <T> @Nullable T refuse(LogColumn column, JsonParser parser, String why) throws IOException {
        return refuse(column.name(), parser, why);
    }

    private <T> @Nullable T refuse(String name, JsonParser parser, String why) throws IOException {
        parser.skipChildren();
        fault(name, why);
        return null;
    }

    private void once(String name, int bit) {
        if (seen.get(bit)) {
            fault(name.toLowerCase(Locale.ROOT), "is given twice");
        }
        seen.set(bit);
    }

    private void fault(String field, String message) {
        faults.add(new Fault(field, message));
    }

    Element toElement(Utf8 json) {
        return faults.isEmpty()
                ? new Element(json, new EngineLogEvent(table, instanceId, cells, loggedAt, eventId), List.of())
                : new Element(json, null, faults);
    }
}
