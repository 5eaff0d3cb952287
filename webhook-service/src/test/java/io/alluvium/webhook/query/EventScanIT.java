package io.alluvium.webhook.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.alluvium.webhook.Storage;
import io.alluvium.webhook.query.EventScan.Position;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whatever is asked for, PostgreSQL reads a bounded part of an index: seen in its plans. */
class EventScanIT {

    private static final int ROWS = 60_000;

    private static final String FILL =
            """
            INSERT INTO webhook_events (id, source, event_id, event_type, module, record_id, record_data, event_timestamp,
                                        received_at, headers, body_sha256, order_key, kafka_partition, kafka_offset)
            SELECT gen_random_uuid(), 's-' || n %% 3, 'e-' || n, 'update', 'Deals', n %% 2, '{}', now(),
                   timestamptz '2026-01-01Z' + n * interval '1 second', '{}', 'x', 's-' || n %% 3 || ':' || n %% 2, 0, n
            FROM generate_series(1, %d) AS n
            """;

    private static Storage storage;

    @BeforeAll
    static void create() throws Exception {
        storage = Storage.create("event_scan_it");
        storage.clear();
        storage.execute(FILL.formatted(ROWS / 20));
        storage.execute("VACUUM ANALYZE webhook_events");
        storage.execute(FILL.formatted(ROWS).replace("'e-'", "'f-'")); // and the statistics know nothing of it
        storage.execute("INSERT INTO webhook_dead_letters SELECT seq, id, source, event_type, module, order_key,"
                + " received_at, 'dead_letter', now() FROM webhook_events");
    }

    @AfterAll
    static void close() {
        storage.close();
    }

    /** One bit for each filter. */
    private static EventFilter filter(int choice) {
        EventFilter filter = new EventFilter();
        filter.source = (choice & 1) == 0 ? null : "s-1";
        filter.recordId = (choice & 3) == 3 ? "1" : null;
        filter.types = (choice & 4) == 0 ? List.of() : List.of("delete");
        filter.status = (choice & 24) == 0
                ? null
                : (choice & 24) == 8 ? "completed" : (choice & 24) == 16 ? "processing" : "dead_letter";
        filter.from = (choice & 32) == 0 ? null : "2026-01-01T01:00:00Z";
        filter.to = (choice & 32) == 0 ? null : "2026-01-01T12:00:00Z";
        filter.check();
        return filter;
    }

    @Test
    void everySearchReadsABoundedPartOfAnIndex() throws Exception {
        Reading reading = new Reading(storage.dataSource());
        List<String> unbounded = new ArrayList<>();
        for (int choice = 0; choice < 1 << 7; choice++) {
            Position after = (choice & 64) == 0 ? null : new Position(Instant.parse("2026-01-01T10:00:00Z"), ROWS / 2);
            EventScan scan = new EventScan(filter(choice), after);
            String plan = reading.read("EXPLAIN (ANALYZE, FORMAT JSON) " + scan.sql(), scan.values(), row -> {
                row.next();
                return row.getString(1);
            });
            JsonNode root = new ObjectMapper().readTree(plan).get(0).path("Plan");
            Reads reads = new Reads();
            reads.add(root);
            if (reads.wholeTable || reads.rows > EventScan.MOST_ROWS) {
                unbounded.add(choice + " reads " + reads.rows + " rows: " + root);
            }
        }
        assertThat(unbounded).isEmpty();
    }

    /** What the nodes of a plan took from the lists that are searched. */
    private static final class Reads {

        private long rows;
        private boolean wholeTable;

        void add(JsonNode node) {
            if (node.path("Alias").asText().equals("e")) {
                wholeTable |= node.path("Node Type").asText().equals("Seq Scan");
                double each = node.path("Actual Rows").asDouble()
                        + node.path("Rows Removed by Filter").asDouble()
                        + node.path("Rows Removed by Index Recheck").asDouble();
                rows += Math.round(node.path("Actual Loops").asDouble() * each);
            }
            node.path("Plans").forEach(this::add);
        }
    }
}
