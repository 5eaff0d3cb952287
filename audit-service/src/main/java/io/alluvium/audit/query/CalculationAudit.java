package io.alluvium.audit.query;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** One change of a calculation as the audit endpoints of calculations answer it. */
@Schema(name = "CalculationAudit", description = "One change of one calculation")
record CalculationAudit(
        long id,
        @Schema(enumeration = {"user", "system"}) String calculationType,
        @Schema(
                        oneOf = {Long.class, String.class},
                        description = "a string where the change was reported with an id that is no number")
                Object calculationId,
        @Schema(enumeration = {"INSERT", "UPDATE", "DELETE"}) String operation,
        @Nullable String changedBy,
        Instant changedAt,
        List<String> changedFields,
        @JsonRawValue @Schema(type = SchemaType.OBJECT, nullable = true) @Nullable String oldValues,
        @JsonRawValue @Schema(type = SchemaType.OBJECT, nullable = true) @Nullable String newValues,
        @Schema(examples = "Updated 2 field(s) in user calculation") String summary,
        @JsonInclude(JsonInclude.Include.NON_EMPTY)
                @Schema(description = "for an UPDATE that has both images", nullable = true)
                @Nullable
                List<CalculationFieldChange> changeDetails) {

    private static final Pattern NUMBER = Pattern.compile("0|-?[1-9]\\d{0,17}");

    static CalculationAudit of(Change change) {
        CalculationType type = CalculationType.ofEntityType(change.entityType());
        List<String> fields = JsonImage.strings(change.changedFields());
        return new CalculationAudit(
                change.id(),
                type.word(),
                id(change.entityId()),
                change.operation(),
                change.changedBy(),
                change.changedAt(),
                fields,
                change.oldValues(),
                change.newValues(),
                summary(change.operation(), type, fields.size()),
                CalculationFieldChange.of(change, fields));
    }

    static List<CalculationAudit> of(List<Change> changes) {
        return changes.stream().map(CalculationAudit::of).toList();
    }

    /** A number only where it can be turned back into the very id: 007 and 7 are two entities. */
    static Object id(String entityId) {
        return NUMBER.matcher(entityId).matches() ? (Object) Long.valueOf(entityId) : entityId;
    }

    static String summary(String operation, CalculationType type, int fields) {
        return switch (operation) {
            case "INSERT" -> "Created " + type.word() + " calculation";
            case "DELETE" -> "Deleted " + type.word() + " calculation";
            default -> "Updated " + fields + " field(s) in " + type.word() + " calculation";
        };
    }
}
