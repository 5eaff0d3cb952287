package io.alluvium.audit.query;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.alluvium.kit.Bounds;
import io.alluvium.kit.PageLimit;
import io.alluvium.kit.Problem;
import io.alluvium.kit.Problem.FieldError;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A search as it comes in. An array that is absent or empty does not filter. */
@Schema(name = "CalculationSearch", description = "All conditions must hold; of each array one value")
@JsonInclude(JsonInclude.Include.NON_NULL)
record CalculationSearch(
        @Schema(maxItems = CalculationSearch.MOST_VALUES, nullable = true) @Nullable
                List<@Nullable Long> calculationIds,
        @Schema(description = "user, system", maxItems = CalculationSearch.MOST_VALUES, nullable = true) @Nullable
                List<@Nullable String> calculationTypes,
        @Schema(
                        description = "INSERT, UPDATE, DELETE, in upper or lower case",
                        maxItems = CalculationSearch.MOST_VALUES,
                        nullable = true)
                @Nullable
                List<@Nullable String> operations,
        @Schema(maxItems = CalculationSearch.MOST_VALUES, nullable = true) @Nullable List<@Nullable String> users,
        @Schema(description = "the first moment, included (RFC 3339)", nullable = true) @Nullable Instant startDate,
        @Schema(description = "the last moment, included (RFC 3339)", nullable = true) @Nullable Instant endDate,
        @Schema(minimum = "1", maximum = "1000", defaultValue = "100", nullable = true) @Nullable Integer limit,
        @Schema(description = "metadata.next_cursor of the page before", nullable = true) @Nullable String cursor) {

    /** Values of one array: both types of as many calculations are what one search may read ranges of. */
    static final int MOST_VALUES = 100;

    private static final PageLimit LIMIT = new PageLimit(100, 1000);
    private static final int USER_LENGTH = 100;

    /** @throws Problem 400 for what is no type, no operation or no period, 413 for too many values, else 422 */
    ChangeFilter filter() {
        List<Long> ids = present("calculation_ids", calculationIds);
        List<String> types = present("calculation_types", calculationTypes);
        List<String> kinds = present("operations", operations);
        List<String> names = present("users", users);
        refuse("Invalid calculation types: ", types, type -> !type.equals("user") && !type.equals("system"));
        refuse("Invalid operations: ", kinds, kind -> !CalculationAuditResource.OPERATIONS.contains(upper(kind)));
        if (startDate != null && endDate != null && startDate.isAfter(endDate)) {
            throw Problem.badRequest("Start date cannot be after end date");
        }
        for (int i = 0; i < names.size(); i++) {
            check("users[" + i + "]", names.get(i));
        }
        return new ChangeFilter(
                types.isEmpty()
                        ? CalculationType.ENTITY_TYPES
                        : types.stream()
                                .map(type -> CalculationType.of(type).entityType())
                                .toList(),
                ids.stream().map(String::valueOf).toList(),
                kinds.stream().map(CalculationSearch::upper).toList(),
                names,
                startDate,
                endDate,
                null,
                null);
    }

    int rows() {
        return LIMIT.of(limit);
    }

    private static <T> List<T> present(String field, @Nullable List<@Nullable T> values) {
        if (values == null) {
            return List.of();
        }
        Bounds.array(field, values, MOST_VALUES);
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) == null) {
                throw Problem.validation(new FieldError(field + "[" + i + "]", "must not be null"));
            }
        }
        return values.stream().map(Objects::requireNonNull).toList();
    }

    private static void refuse(String detail, List<String> values, Predicate<String> wrong) {
        String listed = values.stream()
                .filter(wrong)
                .map(value -> value.length() <= 50 ? value : value.substring(0, 50) + "\u2026")
                .collect(Collectors.joining(", "));
        if (values.stream().anyMatch(wrong)) {
            throw Problem.badRequest(detail + listed);
        }
    }

    private static void check(String field, String user) {
        if (user.isBlank() || user.codePointCount(0, user.length()) > USER_LENGTH) {
            throw Problem.validation(
                    new FieldError(field, "must have 1 to " + USER_LENGTH + " characters and not be blank"));
        }
        if (user.codePoints().anyMatch(c -> c == 0 || Character.getType(c) == Character.SURROGATE)) {
            throw Problem.validation(new FieldError(field, "has U+0000 or half a surrogate pair, which is no text"));
        }
    }

    private static String upper(String operation) {
        return operation.toUpperCase(Locale.ROOT);
    }
}
