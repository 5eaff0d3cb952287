package io.alluvium.webhook.table;

import io.alluvium.sink.BulkTable;
import io.alluvium.sink.Column;
import io.alluvium.sink.Utf8;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@code audit_events} on its way in.
 *
 * @param timestamp microseconds since 1970-01-01T00:00:00Z; decides about the partition
 */
public record AgentEventRow(
        UUID eventId,
        @Nullable Utf8 sessionId,
        Utf8 eventType,
        long timestamp,
        @Nullable Utf8 actor,
        Utf8 action,
        @Nullable Utf8 resource,
        @Nullable Utf8 metadata,
        int kafkaPartition,
        long kafkaOffset) {

    /** The table as the bulk path writes it; {@code seq} is the database's. */
    public static final BulkTable<AgentEventRow> TABLE = new BulkTable<>(
            "audit_events",
            List.of(
                    new Column.OfUuid<>("event_id", AgentEventRow::eventId),
                    new Column.OfText<>("session_id", 255, AgentEventRow::sessionId),
                    new Column.OfText<>("event_type", 100, AgentEventRow::eventType),
                    new Column.OfMicros<>("timestamp", AgentEventRow::timestamp),
                    new Column.OfText<>("actor", 255, AgentEventRow::actor),
                    new Column.OfText<>("action", 255, AgentEventRow::action),
                    new Column.OfText<>("resource", 255, AgentEventRow::resource),
                    new Column.OfJson<>("metadata", AgentEventRow::metadata),
                    new Column.OfInt<>("kafka_partition", AgentEventRow::kafkaPartition),
                    new Column.OfLong<>("kafka_offset", AgentEventRow::kafkaOffset)),
            List.of("event_id", "timestamp"));
}
