package io.alluvium.audit.query;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The life of one calculation, newest first. */
@Schema(name = "CalculationTimeline")
record CalculationTimeline(
        String tableName,
        long recordId,
        @Schema(description = "how many changes this timeline has: at most 1000") int totalChanges,
        @Nullable Instant createdAt,
        @Nullable String createdBy,
        @Nullable Instant lastModifiedAt,
        @Nullable String lastModifiedBy,
        @Schema(description = "in how many updates each field changed") Map<String, Integer> fieldChangeCounts,
        List<Entry> detailedHistory,
        List<Line> formattedTimeline) {

    /** Newest changes that a timeline is made of. */
    static final int MOST = 1000;

    private static final int NAMED_FIELDS = 3;

    /** One change. */
    @Schema(name = "CalculationTimelineEntry")
    record Entry(
            long id,
            String operation,
            @Nullable String changedBy,
            Instant changedAt,
            List<String> changedFields,
            @JsonRawValue @Schema(type = SchemaType.OBJECT, nullable = true) @Nullable String oldValues,
            @JsonRawValue @Schema(type = SchemaType.OBJECT, nullable = true) @Nullable String newValues,
            @JsonInclude(JsonInclude.Include.NON_NULL)
                    @Schema(description = "for an UPDATE that has both images", nullable = true)
                    @Nullable
                    List<CalculationFieldChange> changesSummary) {

        static Entry of(Change change) {
            List<String> fields = JsonImage.strings(change.changedFields());
            return new Entry(
                    change.id(),
                    change.operation(),
                    change.changedBy(),
                    change.changedAt(),
                    fields,
                    change.oldValues(),
                    change.newValues(),
                    CalculationFieldChange.of(change, fields));
        }
    }

    /** The same change in words. */
    @Schema(name = "CalculationTimelineLine")
    record Line(
            Instant timestamp,
            @Schema(description = "Unknown where the change names nobody") String user,
            String operation,
            @Schema(examples = "Updated 5 fields: name, description, source_field and 2 more") String description,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable List<CalculationFieldChange> changes) {

        static Line of(Entry entry) {
            String user = entry.changedBy();
            return new Line(
                    entry.changedAt(),
                    user == null || user.isEmpty() ? "Unknown" : user,
                    entry.operation(),
                    describe(entry.operation(), entry.changedFields()),
                    entry.changesSummary());
        }
    }

    /**
     * @param newestFirst the newest changes of one calculation
     * @param oldest      the first of all its changes, which may be older than those
     */
    static CalculationTimeline of(CalculationType type, long id, List<Change> newestFirst, @Nullable Change oldest) {
        List<Entry> history = newestFirst.stream().map(Entry::of).toList();
        Change created = created(newestFirst, oldest);
        Entry last = history.isEmpty() ? null : history.get(0);
        return new CalculationTimeline(
                type.entityType(),
                id,
                history.size(),
                created == null ? null : created.changedAt(),
                created == null ? null : created.changedBy(),
                last == null ? null : last.changedAt(),
                last == null ? null : last.changedBy(),
                fieldCounts(history),
                history,
                history.stream().map(Line::of).toList());
    }

    private static @Nullable Change created(List<Change> newestFirst, @Nullable Change oldest) {
        List<Change> oldestFirst = new ArrayList<>(newestFirst.size() + 1);
        newestFirst.forEach(change -> oldestFirst.add(0, change));
        if (oldest != null) {
            oldestFirst.add(0, oldest);
        }
        return oldestFirst.stream()
                .filter(change -> change.operation().equals("INSERT"))
                .findFirst()
                .orElse(null);
    }

    private static Map<String, Integer> fieldCounts(List<Entry> history) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (Entry entry : history) {
            if (entry.operation().equals("UPDATE")) {
                entry.changedFields().forEach(field -> counts.merge(field, 1, Integer::sum));
            }
        }
        return counts;
    }

    static String describe(String operation, List<String> fields) {
        if (operation.equals("INSERT")) {
            return "Calculation created";
        }
        if (operation.equals("DELETE")) {
            return "Calculation deleted";
        }
        return switch (fields.size()) {
            case 0 -> "Updated calculation";
            case 1 -> "Updated " + fields.get(0);
            default -> "Updated " + fields.size() + " fields: " + named(fields);
        };
    }

    private static String named(List<String> fields) {
        if (fields.size() <= NAMED_FIELDS) {
            return String.join(", ", fields);
        }
        return String.join(", ", fields.subList(0, NAMED_FIELDS)) + " and " + (fields.size() - NAMED_FIELDS) + " more";
    }
}
