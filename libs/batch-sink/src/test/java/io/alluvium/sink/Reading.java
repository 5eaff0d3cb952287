package io.alluvium.sink;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** A row with a column of every kind. The number doubles as what the database may refuse: it must not be negative. */
record Reading(UUID eventId, String name, int number) {

    static final BulkTable<Reading> APPENDED = table("reading", "event_id");
    static final BulkTable<Reading> CURRENT = table("reading_now", "name");

    private static BulkTable<Reading> table(String name, String key) {
        return new BulkTable<>(
                name,
                List.of(
                        new Column.OfUuid<>("event_id", Reading::eventId),
                        new Column.OfText<>("name", 40, r -> Utf8.of(r.name)),
                        new Column.OfJson<>(
                                "body", r -> nullable(r, Utf8.of("{\"n\": 1.50, \"name\":\"" + r.name + "\"}"))),
                        new Column.OfMicros<>("seen_at", r -> 1_700_000_000_123_456L + r.number),
                        new Column.OfInt<>("number", Reading::number),
                        new Column.OfLong<>("large", r -> 5_000_000_000L + r.number),
                        new Column.OfDouble<>("ratio", r -> nullable(r, r.number / 8.0)),
                        new Column.OfBoolean<>("flag", r -> nullable(r, r.number % 2 == 0)),
                        new Column.OfBytes<>("raw", r -> nullable(r, new byte[] {0, 1, (byte) r.number})),
                        new Column.OfNullableInt<>("maybe_int", r -> nullable(r, r.number)),
                        new Column.OfNullableLong<>("maybe_long", r -> nullable(r, 6_000_000_000L + r.number)),
                        new Column.OfNullableMicros<>("maybe_at", r -> nullable(r, 1_600_000_000_000_001L + r.number))),
                List.of(key));
    }

    private static <T> @Nullable T nullable(Reading reading, T value) {
        return reading.number % 7 == 3 ? null : value;
    }

    String text() {
        return eventId + "|" + name + "|" + number;
    }

    static Reading parse(ConsumerRecord<byte[], byte[]> polled) throws RejectedRecord {
        String[] parts = new String(polled.value(), StandardCharsets.UTF_8).split("\\|");
        if (parts.length != 3) {
            throw new RejectedRecord("a reading has 3 parts");
        }
        return new Reading(UUID.fromString(parts[0]), parts[1], Integer.parseInt(parts[2]));
    }
}
