package io.alluvium.webhook.query;

import io.alluvium.kit.Problem;
import io.alluvium.kit.Problem.FieldError;
import io.alluvium.kit.Rfc3339;
import io.alluvium.webhook.table.EventStatus;
import jakarta.ws.rs.QueryParam;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** Which events are asked for; all that is said must hold. */
final class EventFilter {

    private static final String STATUSES =
            Arrays.stream(EventStatus.values()).map(EventStatus::text).collect(Collectors.joining(", "));

    @QueryParam("source")
    @Nullable
    String source;

    @QueryParam("event_id")
    @Parameter(description = "the id that the source gave it; needs source")
    @Nullable
    String eventId;

    @QueryParam("record_id")
    @Parameter(description = "needs source")
    @Nullable
    String recordId;

    @QueryParam("event_type")
    @Parameter(description = "may be repeated: any of them")
    List<String> types = List.of();

    @QueryParam("module")
    @Parameter(description = "may be repeated: any of them")
    List<String> modules = List.of();

    @QueryParam("status")
    @Parameter(description = "pending, processing, completed, failed or dead_letter")
    @Nullable
    String status;

    @QueryParam("from")
    @Parameter(description = "received at this moment or later (RFC 3339)")
    @Nullable
    String from;

    @QueryParam("to")
    @Parameter(description = "received at this moment or earlier (RFC 3339)")
    @Nullable
    String to;

    private @Nullable Instant first;
    private @Nullable Instant last;

    /** @throws Problem 422 naming every parameter that cannot be */
    void check() {
        List<FieldError> errors = new ArrayList<>();
        bounded("source", source, 100, errors);
        bounded("event_id", eventId, 300, errors);
        bounded("record_id", recordId, 200, errors);
        types.forEach(type -> bounded("event_type", type, 100, errors));
        modules.forEach(module -> bounded("module", module, 100, errors));
        if (types.size() > 100 || modules.size() > 100) {
            errors.add(new FieldError(types.size() > 100 ? "event_type" : "module", "has more than 100 values"));
        }
        if (recordId != null && source == null) {
            errors.add(new FieldError("record_id", "needs source: ids are unique within a source only"));
        }
        if (eventId != null && source == null) {
            errors.add(new FieldError("event_id", "needs source: ids are unique within a source only"));
        }
        if (status != null
                && Arrays.stream(EventStatus.values()).noneMatch(it -> it.text().equals(status))) {
            errors.add(new FieldError("status", "must be one of " + STATUSES));
        }
        first = time("from", from, errors);
        last = time("to", to, errors);
        if (first != null && last != null && first.isAfter(last)) {
            errors.add(new FieldError("from", "must not be after to"));
        }
        if (!errors.isEmpty()) {
            throw Problem.validation(errors);
        }
    }

    private static @Nullable Instant time(String name, @Nullable String text, List<FieldError> errors) {
        try {
            return text == null ? null : Rfc3339.parse(text);
        } catch (DateTimeException refused) {
            errors.add(new FieldError(name, String.valueOf(refused.getMessage())));
            return null;
        }
    }

    private static void bounded(String name, @Nullable String value, int most, List<FieldError> errors) {
        if (value != null && (value.isBlank() || value.length() > most || value.indexOf('\0') >= 0)) {
            errors.add(new FieldError(name, "must have 1 to " + most + " characters, not be blank and have no U+0000"));
        }
    }

    /** Whether the status is one of those that are kept apart from all others. */
    boolean ofDeadLetters() {
        return "dead_letter".equals(status) || "failed".equals(status);
    }

    /** Known after {@link #check()}. */
    @Nullable
    Instant first() {
        return first;
    }

    /** Known after {@link #check()}. */
    @Nullable
    Instant last() {
        return last;
    }
}
