package io.alluvium.webhook.table;

import io.alluvium.sink.BulkTable;
import io.alluvium.sink.Column;
import io.alluvium.sink.Utf8;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@code webhook_events} on its way in. JSON and texts are ranges of the record that they came in. What the
 * delivery keeps of an event starts from the defaults of the table.
 *
 * @param id             the UUIDv5 of source and event id
 * @param eventTimestamp microseconds since 1970-01-01T00:00:00Z
 * @param receivedAt     microseconds since 1970-01-01T00:00:00Z
 * @param orderKey       events with the same one are delivered in the order of storing
 */
public record WebhookRow(
        UUID id,
        Utf8 source,
        Utf8 eventId,
        Utf8 eventType,
        @Nullable Utf8 module,
        @Nullable Utf8 recordId,
        Utf8 recordData,
        @Nullable Utf8 modifiedFields,
        @Nullable Utf8 userId,
        long eventTimestamp,
        long receivedAt,
        Utf8 headers,
        Utf8 bodySha256,
        Utf8 orderKey,
        int kafkaPartition,
        long kafkaOffset) {

    /** The table as the bulk path writes it; {@code seq} is the database's. */
    public static final BulkTable<WebhookRow> TABLE = new BulkTable<>(
            "webhook_events",
            List.of(
                    new Column.OfUuid<>("id", WebhookRow::id),
                    new Column.OfText<>("source", 100, WebhookRow::source),
                    new Column.OfText<>("event_id", 300, WebhookRow::eventId),
                    new Column.OfText<>("event_type", 100, WebhookRow::eventType),
                    new Column.OfText<>("module", 100, WebhookRow::module),
                    new Column.OfText<>("record_id", 200, WebhookRow::recordId),
                    new Column.OfJson<>("record_data", WebhookRow::recordData),
                    new Column.OfJson<>("modified_fields", WebhookRow::modifiedFields),
                    new Column.OfText<>("user_id", 200, WebhookRow::userId),
                    new Column.OfMicros<>("event_timestamp", WebhookRow::eventTimestamp),
                    new Column.OfMicros<>("received_at", WebhookRow::receivedAt),
                    new Column.OfJson<>("headers", WebhookRow::headers),
                    new Column.OfText<>("body_sha256", 64, WebhookRow::bodySha256),
                    new Column.OfText<>("order_key", 401, WebhookRow::orderKey),
                    new Column.OfInt<>("kafka_partition", WebhookRow::kafkaPartition),
                    new Column.OfLong<>("kafka_offset", WebhookRow::kafkaOffset)),
            List.of("id"));
}
