package io.alluvium.audit.table;

import io.alluvium.sink.BulkTable;
import io.alluvium.sink.Column;
import io.alluvium.sink.Utf8;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@code audit_change} on its way in. Images and texts are ranges of the record that they came in.
 *
 * @param changedAt microseconds since 1970-01-01T00:00:00Z
 */
public record ChangeRow(
        UUID eventId,
        Utf8 entityType,
        Utf8 entityId,
        Utf8 operation,
        @Nullable Utf8 oldValues,
        @Nullable Utf8 newValues,
        @Nullable Utf8 changedFields,
        @Nullable Utf8 changedBy,
        long changedAt,
        @Nullable Utf8 correlationId) {

    /** The table as the bulk path writes it; {@code id} is the database's. */
    public static final BulkTable<ChangeRow> TABLE = new BulkTable<>(
            "audit_change",
            List.of(
                    new Column.OfUuid<>("event_id", ChangeRow::eventId),
                    new Column.OfText<>("entity_type", 100, ChangeRow::entityType),
                    new Column.OfText<>("entity_id", 200, ChangeRow::entityId),
                    new Column.OfText<>("operation", 6, ChangeRow::operation),
                    new Column.OfJson<>("old_values", ChangeRow::oldValues),
                    new Column.OfJson<>("new_values", ChangeRow::newValues),
                    new Column.OfJson<>("changed_fields", ChangeRow::changedFields),
                    new Column.OfText<>("changed_by", 100, ChangeRow::changedBy),
                    new Column.OfMicros<>("changed_at", ChangeRow::changedAt),
                    new Column.OfText<>("correlation_id", 100, ChangeRow::correlationId)),
            List.of("event_id"));
}
