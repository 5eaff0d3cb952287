package io.alluvium.audit.query;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What became of one field in an update; a value is null where the image has no such field. */
@Schema(name = "CalculationFieldChange")
record CalculationFieldChange(
        String field,
        @JsonRawValue @Schema(description = "any JSON value, as it was sent", nullable = true) @Nullable
                String oldValue,
        @JsonRawValue @Schema(description = "any JSON value, as it was sent", nullable = true) @Nullable
                String newValue) {

    /** @return null unless the change is an update with both images */
    static @Nullable List<CalculationFieldChange> of(Change change, List<String> fields) {
        String before = change.oldValues();
        String after = change.newValues();
        if (!change.operation().equals("UPDATE") || before == null || after == null) {
            return null;
        }
        Map<String, String> old = JsonImage.members(before);
        Map<String, String> now = JsonImage.members(after);
        return fields.stream()
                .map(field -> new CalculationFieldChange(field, old.get(field), now.get(field)))
                .toList();
    }
}
