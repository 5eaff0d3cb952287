package io.alluvium.webhook.query;

import io.alluvium.kit.Page;
import io.alluvium.webhook.WebhookConfig;
import io.alluvium.webhook.query.EventDetail.AttemptView;
import io.alluvium.webhook.query.EventDetail.KafkaPosition;
import io.alluvium.webhook.query.EventScan.Position;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads stored events. Thread-safe. */
@Singleton
final class EventStore {

    // An event in work has its lane under a lease, and is the first pending one of it.
    private static final String COLUMNS =
            """
            SELECT e.seq, e.id, e.source, e.event_id, e.event_type, e.module, e.record_id, e.user_id, e.event_timestamp,
                   e.received_at, e.attempts, e.last_error, e.processed_at,
                   CASE WHEN e.status = 'pending' AND w.first AND w.leased THEN 'processing' ELSE e.status END AS status,
                   CASE WHEN e.status = 'pending' AND w.first AND NOT w.leased THEN w.due_at
                        WHEN e.status = 'pending' AND w.first IS NULL THEN e.next_attempt_at END AS next_attempt_at
            """;

    private static final String FROM_EVENTS =
            """
            FROM webhook_events AS e
            LEFT JOIN LATERAL (
                SELECT l.due_at, l.lease IS NOT NULL AND l.due_at > now() AS leased,
                       NOT EXISTS (SELECT 1 FROM webhook_events AS b
                                   WHERE b.order_key = l.order_key AND b.seq >= l.from_seq AND b.seq < e.seq
                                     AND b.status = 'pending') AS first
                FROM webhook_lanes AS l
                WHERE l.order_key = e.order_key AND e.status = 'pending') AS w ON true
            """;

    private static final String BY_KEYS = COLUMNS + FROM_EVENTS + "WHERE e.id = ANY (?::uuid[])";

    private static final String ONE = COLUMNS
            + ", e.record_data, e.modified_fields, e.headers, e.body_sha256, e.order_key, e.kafka_partition, e.kafka_offset,"
            + " e.created_at, e.routes\n"
            + FROM_EVENTS + "WHERE e.id = ?";

    private static final String BY_EVENT_ID =
            "SELECT e.id FROM webhook_events AS e WHERE e.source = ? AND e.event_id = ?";

    private static final String ATTEMPTS =
            """
            SELECT route, number, started_at, duration_us, outcome, http_status, detail
            FROM webhook_attempts
            WHERE event_seq = ?
            ORDER BY event_seq DESC, attempt_id DESC
            LIMIT 1000
            """;

    /** @param next null after the last page; a page may be short, or empty, and still have one */
    private record Found(List<EventView> events, @Nullable Position next) {}

    private record Keys(List<UUID> ids, @Nullable Position next) {}

    private final Reading reading;
    private final String topic;

    EventStore(Reading reading, WebhookConfig config) {
        this.reading = reading;
        this.topic = config.topic().name();
    }

    /** @param cursor where the page before ended; null for the newest events */
    Page<EventView> page(EventFilter filter, @Nullable String cursor, int limit) throws SQLException {
        Found found = found(filter, Position.of(cursor), limit);
        return new Page<>(
                found.events(), found.next() == null ? null : found.next().cursor());
    }

    private Found found(EventFilter filter, @Nullable Position after, int limit) throws SQLException {
        if (filter.eventId != null) {
            return single(filter);
        }
        EventScan scan = new EventScan(filter, after);
        Keys keys = reading.read(scan.sql(), scan.values(), rows -> keys(rows, limit));
        return new Found(views(keys.ids()), keys.next());
    }

    private static Keys keys(ResultSet rows, int limit) throws SQLException {
        List<UUID> ids = new ArrayList<>();
        Position last = null;
        int looked = 0;
        while (rows.next()) {
            if (ids.size() == limit) {
                return new Keys(ids, last);
            }
            looked++;
            last = new Position(Objects.requireNonNull(Reading.time(rows, "received_at")), rows.getLong("seq"));
            if (rows.getBoolean("matches")) {
                ids.add(rows.getObject("id", UUID.class));
            }
        }
        return new Keys(ids, looked == EventScan.MOST_ROWS ? last : null);
    }

    /** The one event that has the id, if it is also what the other filters say. */
    private Found single(EventFilter filter) throws SQLException {
        List<UUID> ids = reading.read(BY_EVENT_ID, List.of(filter.source, filter.eventId), rows -> {
            List<UUID> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getObject(1, UUID.class));
            }
            return found;
        });
        List<EventView> events = views(ids).stream()
                .filter(event -> filter.recordId == null || filter.recordId.equals(event.recordId()))
                .filter(event -> filter.types.isEmpty() || filter.types.contains(event.eventType()))
                .filter(event -> filter.modules.isEmpty() || filter.modules.contains(event.module()))
                .filter(event -> filter.status == null || filter.status.equals(event.status()))
                .filter(event -> filter.first() == null || !event.receivedAt().isBefore(filter.first()))
                .filter(event -> filter.last() == null || !event.receivedAt().isAfter(filter.last()))
                .toList();
        return new Found(events, null);
    }

    private List<EventView> views(List<UUID> ids) throws SQLException {
        if (ids.isEmpty()) {
            return List.of();
        }
        List<String> texts = ids.stream().map(UUID::toString).toList();
        Map<UUID, EventView> views = reading.read(BY_KEYS, List.of(texts), rows -> {
            Map<UUID, EventView> read = new HashMap<>();
            while (rows.next()) {
                EventView view = view(rows);
                read.put(view.id(), view);
            }
            return read;
        });
        return ids.stream().map(views::get).filter(Objects::nonNull).toList();
    }

    Optional<EventDetail> one(UUID id) throws SQLException {
        record Row(long seq, EventDetail detail) {}
        Row row =
                reading.read(ONE, List.of(id), rows -> rows.next() ? new Row(rows.getLong("seq"), detail(rows)) : null);
        if (row == null) {
            return Optional.empty();
        }
        List<AttemptView> attempts = reading.read(ATTEMPTS, List.of(row.seq()), EventStore::attempts);
        EventDetail detail = row.detail();
        return Optional.of(new EventDetail(
                detail.event(),
                detail.recordData(),
                detail.modifiedFields(),
                detail.headers(),
                detail.bodySha256(),
                detail.orderKey(),
                detail.kafka(),
                detail.storedAt(),
                detail.routes(),
                attempts));
    }

    private static List<AttemptView> attempts(ResultSet rows) throws SQLException {
        List<AttemptView> attempts = new ArrayList<>();
        while (rows.next()) {
            attempts.add(new AttemptView(
                    rows.getString("route"),
                    rows.getInt("number"),
                    required(rows, "started_at"),
                    rows.getLong("duration_us") / 1e3,
                    rows.getString("outcome"),
                    rows.getObject("http_status", Integer.class),
                    rows.getString("detail")));
        }
        attempts.sort(Comparator.comparing(AttemptView::startedAt));
        return attempts;
    }

    private EventDetail detail(ResultSet row) throws SQLException {
        return new EventDetail(
                view(row),
                row.getString("record_data"),
                row.getString("modified_fields"),
                row.getString("headers"),
                row.getString("body_sha256"),
                row.getString("order_key"),
                new KafkaPosition(topic, row.getInt("kafka_partition"), row.getLong("kafka_offset")),
                required(row, "created_at"),
                row.getString("routes"),
                List.of());
    }

    private static EventView view(ResultSet row) throws SQLException {
        return new EventView(
                row.getObject("id", UUID.class),
                row.getString("source"),
                row.getString("event_id"),
                row.getString("event_type"),
                row.getString("module"),
                row.getString("record_id"),
                row.getString("user_id"),
                required(row, "event_timestamp"),
                required(row, "received_at"),
                row.getString("status"),
                row.getInt("attempts"),
                Reading.time(row, "next_attempt_at"),
                row.getString("last_error"),
                Reading.time(row, "processed_at"));
    }

    private static Instant required(ResultSet row, String column) throws SQLException {
        return Objects.requireNonNull(Reading.time(row, column));
    }
}
