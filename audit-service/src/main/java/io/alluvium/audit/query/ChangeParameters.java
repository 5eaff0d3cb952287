package io.alluvium.audit.query;

import io.alluvium.kit.Problem;
import io.alluvium.kit.Problem.FieldError;
import io.alluvium.kit.Rfc3339;
import jakarta.ws.rs.QueryParam;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** The filters of a search as they come in; texts, so that all that is wrong with them is told at once. */
final class ChangeParameters {

    private static final Set<String> OPERATIONS = Set.of("INSERT", "UPDATE", "DELETE");

    @QueryParam("entity_type")
    @Parameter(description = "may be repeated: any of them")
    List<String> entityTypes = List.of();

    @QueryParam("entity_id")
    @Parameter(description = "needs entity_type; may be repeated")
    List<String> entityIds = List.of();

    @QueryParam("operation")
    @Parameter(description = "INSERT, UPDATE or DELETE; may be repeated")
    List<String> operations = List.of();

    @QueryParam("changed_by")
    @Parameter(description = "who made the change; may be repeated")
    List<String> users = List.of();

    @QueryParam("field")
    @Parameter(description = "a name in changed_fields")
    @Nullable
    String field;

    @QueryParam("from")
    @Parameter(description = "the first moment, included (RFC 3339)", schema = @Schema(format = "date-time"))
    @Nullable
    String from;

    @QueryParam("to")
    @Parameter(description = "the last moment, included (RFC 3339)", schema = @Schema(format = "date-time"))
    @Nullable
    String to;

    @QueryParam("correlation_id")
    @Nullable
    String correlationId;

    /** @throws Problem 422 that lists every parameter that cannot be */
    ChangeFilter filter() {
        List<FieldError> errors = new ArrayList<>();
        check("entity_type", entityTypes, 100, errors);
        check("entity_id", entityIds, 200, errors);
        check("changed_by", users, 100, errors);
        check("correlation_id", correlationId == null ? List.of() : List.of(correlationId), 100, errors);
        check("field", field == null ? List.of() : List.of(field), 1000, errors);
        if (!OPERATIONS.containsAll(operations)) {
            errors.add(new FieldError("operation", "must be one of INSERT, UPDATE, DELETE"));
        }
        Instant first = time("from", from, errors);
        Instant last = time("to", to, errors);
        if (!errors.isEmpty()) {
            throw Problem.validation(errors);
        }
        return new ChangeFilter(entityTypes, entityIds, operations, users, first, last, field, correlationId);
    }

    static void check(String name, List<String> values, int most, List<FieldError> errors) {
        for (String value : values) {
            if (value.isBlank() || value.codePointCount(0, value.length()) > most) {
                errors.add(new FieldError(name, "must have 1 to " + most + " characters and not be blank"));
            } else if (value.indexOf('\0') >= 0) {
                errors.add(new FieldError(name, "has U+0000, which is stored nowhere"));
            }
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
}
