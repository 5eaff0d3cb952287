package io.alluvium.webhook.query;

import io.alluvium.kit.Problem;
import io.alluvium.kit.Problem.FieldError;
import io.alluvium.kit.Rfc3339;
import jakarta.ws.rs.QueryParam;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** Which agent events are asked for: those for which everything holds that is given. */
final class AgentEventFilter {

    @QueryParam("session_id")
    @Nullable
    String sessionId;

    @QueryParam("event_type")
    @Nullable
    String eventType;

    @QueryParam("actor")
    @Nullable
    String actor;

    @QueryParam("resource")
    @Nullable
    String resource;

    @QueryParam("from")
    @Parameter(description = "the first moment, included (RFC 3339)", schema = @Schema(format = "date-time"))
    @Nullable
    String from;

    @QueryParam("to")
    @Parameter(description = "the last moment, included (RFC 3339)", schema = @Schema(format = "date-time"))
    @Nullable
    String to;

    /**
     * What is asked for, once it is looked through.
     *
     * @param columns what they must be, the most telling first: the first one decides which index is read
     */
    record Checked(Map<String, String> columns, @Nullable Instant from, @Nullable Instant to) {}

    /** @throws Problem 422 that lists every parameter that cannot be */
    Checked checked() {
        List<FieldError> errors = new ArrayList<>();
        Map<String, String> columns = new LinkedHashMap<>();
        add("session_id", sessionId, 255, columns, errors);
        add("resource", resource, 255, columns, errors);
        add("actor", actor, 255, columns, errors);
        add("event_type", eventType, 100, columns, errors);
        Instant first = time("from", from, errors);
        Instant last = time("to", to, errors);
        if (first != null && last != null && first.isAfter(last)) {
            errors.add(new FieldError("from", "must not be after to"));
        }
        if (!errors.isEmpty()) {
            throw Problem.validation(errors);
        }
        return new Checked(columns, first, last);
    }

    private static @Nullable Instant time(String name, @Nullable String text, List<FieldError> errors) {
        try {
            return text == null ? null : Rfc3339.parse(text);
        } catch (DateTimeException refused) {
            errors.add(new FieldError(name, String.valueOf(refused.getMessage())));
            return null;
        }
    }

    private static void add(
            String name, @Nullable String value, int most, Map<String, String> columns, List<FieldError> errors) {
        if (value == null) {
            return;
        }
        if (value.isEmpty() || value.length() > most || value.indexOf('\0') >= 0) {
            errors.add(new FieldError(name, "must have 1 to " + most + " characters, without U+0000"));
        }
        columns.put(name, value);
    }
}
