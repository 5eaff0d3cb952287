package io.alluvium.audit.query;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The life of an entity for people to read, newest first.
 *
 * @param totalChanges      how many are listed here
 * @param complete          false when there are older ones, which the history has
 * @param createdAt         of the INSERT, where it is listed
 * @param fieldChangeCounts how often each field was changed by the updates listed
 */
record EntityTimeline(
        String entityType,
        String entityId,
        int totalChanges,
        boolean complete,
        @Nullable Instant createdAt,
        @Nullable String createdBy,
        Instant lastModifiedAt,
        @Nullable String lastModifiedBy,
        Map<String, Integer> fieldChangeCounts,
        List<Moment> timeline) {

    /** How many fields a description names. */
    private static final int NAMED = 3;

    /** @param changes of an update, field by field */
    record Moment(
            Instant timestamp,
            UUID eventId,
            String user,
            String operation,
            String description,
            List<FieldChange> changes) {}

    /** @param page not empty, of one entity, newest first */
    static EntityTimeline of(ChangePage page) {
        List<Change> changes = page.changes();
        Change newest = changes.get(0);
        Change created = null;
        Map<String, Integer> counts = new LinkedHashMap<>();
        List<Moment> moments = new ArrayList<>(changes.size());
        for (Change change : changes) {
            List<String> fields = JsonImage.strings(change.changedFields());
            fields.forEach(field -> counts.merge(field, 1, Integer::sum));
            moments.add(moment(change, fields));
            created = change.operation().equals("INSERT") ? change : created;
        }
        return new EntityTimeline(
                newest.entityType(),
                newest.entityId(),
                changes.size(),
                page.next() == null,
                created == null ? null : created.changedAt(),
                created == null ? null : created.changedBy(),
                newest.changedAt(),
                newest.changedBy(),
                counts,
                moments);
    }

    private static Moment moment(Change change, List<String> fields) {
        boolean update = change.operation().equals("UPDATE");
        return new Moment(
                change.changedAt(),
                change.eventId(),
                change.changedBy() == null ? "Unknown" : change.changedBy(),
                change.operation(),
                description(change, fields),
                update ? FieldChange.between(change.oldValues(), change.newValues()) : List.of());
    }

    private static String description(Change change, List<String> fields) {
        return switch (change.operation()) {
            case "INSERT" -> "Created";
            case "DELETE" -> "Deleted";
            default -> updated(fields);
        };
    }

    private static String updated(List<String> fields) {
        if (fields.size() < 2) {
            return fields.isEmpty() ? "Updated" : "Updated " + fields.get(0);
        }
        String named = String.join(", ", fields.subList(0, Math.min(NAMED, fields.size())));
        String more = fields.size() > NAMED ? " and " + (fields.size() - NAMED) + " more" : "";
        return "Updated " + fields.size() + " fields: " + named + more;
    }
}
