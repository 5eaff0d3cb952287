package io.alluvium.audit.query;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One field that differs between two images. Values are JSON as it was sent.
 *
 * @param change   {@code added}, {@code removed} or {@code changed}
 * @param oldValue absent for a field that was added
 * @param newValue absent for a field that was removed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record FieldChange(
        String field,
        String change,
        @JsonRawValue @Schema(implementation = Object.class) @Nullable String oldValue,
        @JsonRawValue @Schema(implementation = Object.class) @Nullable String newValue) {

    /** In the order of the new image, then what only the old one has. An image that is null has no fields. */
    static List<FieldChange> between(@Nullable String oldImage, @Nullable String newImage) {
        Map<String, String> before = JsonImage.members(oldImage);
        List<FieldChange> changes = new ArrayList<>();
        JsonImage.members(newImage).forEach((field, value) -> {
            String old = before.remove(field);
            if (old == null) {
                changes.add(new FieldChange(field, "added", null, value));
            } else if (!JsonImage.same(old, value)) {
                changes.add(new FieldChange(field, "changed", old, value));
            }
        });
        before.forEach((field, value) -> changes.add(new FieldChange(field, "removed", value, null)));
        return changes;
    }
}
