package io.alluvium.webhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.alluvium.webhook.Storage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What waits costs those nothing that do not: seen in the rows that PostgreSQL reads, not in time. */
class ClaimCostIT {

    private static final int WAITING_LANES = Integer.getInteger("cost.lanes", 100_000);
    private static final int WAITING_EVENTS = Integer.getInteger("cost.events", 200_000);

    private static final String FILL =
            """
            INSERT INTO webhook_events (id, source, event_id, event_type, record_data, event_timestamp, received_at, headers,
                                        body_sha256, order_key, kafka_partition, kafka_offset)
            SELECT gen_random_uuid(), 's', '%1$s-' || n, 'update', '{}', now(), now(), '{}', 'x', %2$s, 0, n
            FROM generate_series(1, %3$d) AS n
            """;

    private static Storage storage;

    @BeforeAll
    static void create() throws SQLException {
        storage = Storage.create("claim_cost_it");
        storage.clear();
        storage.execute(FILL.formatted("waits", "'s:waits-' || n", WAITING_LANES));
        storage.execute(FILL.formatted("behind", "'s:behind'", WAITING_EVENTS));
        storage.execute("UPDATE webhook_lanes SET due_at = now() + interval '1 hour'");
        // And the statistics know nothing of it: autovacuum may come or not.
        for (int i = 0; i < 30; i++) {
            storage.store("s", "due-" + i, 3);
        }
    }

    @AfterAll
    static void close() {
        storage.close();
    }

    /** Rows that the nodes of a plan took from tables, with those they looked at in vain. */
    private static long rowsRead(JsonNode node) {
        long rows = 0;
        if (node.has("Relation Name") && !node.path("Node Type").asText().equals("ModifyTable")) {
            double each = node.path("Actual Rows").asDouble()
                    + node.path("Rows Removed by Filter").asDouble()
                    + node.path("Rows Removed by Index Recheck").asDouble();
            rows += Math.round(node.path("Actual Loops").asDouble() * each);
        }
        for (JsonNode child : node.path("Plans")) {
            rows += rowsRead(child);
        }
        return rows;
    }

    @FunctionalInterface
    private interface Binding {
        void bind(PreparedStatement statement) throws SQLException;
    }

    private static long rowsReadBy(String sql, Binding binding) throws Exception {
        String plan;
        try (Connection connection = storage.dataSource().getConnection()) {
            plan = SmallReads.transaction(connection, transaction -> {
                try (PreparedStatement explain =
                        transaction.prepareStatement("EXPLAIN (ANALYZE, FORMAT JSON) " + sql)) {
                    binding.bind(explain);
                    try (ResultSet answer = explain.executeQuery()) {
                        answer.next();
                        String text = answer.getString(1);
                        transaction.rollback(); // what is explained is done
                        return text;
                    }
                }
            });
        }
        return rowsRead(new ObjectMapper().readTree(plan).get(0).path("Plan"));
    }

    @Test
    void takingLanesReadsOnlyThose() throws Exception {
        long rows = rowsReadBy(Lanes.TAKE, take -> {
            take.setLong(1, 60_000);
            take.setObject(2, UUID.randomUUID());
            take.setString(3, "cost");
            take.setInt(4, 10);
        });

        assertThat(rows).isBetween(20L, 60L);
    }

    @Test
    void readingALaneReadsItsFirstEvents() throws Exception {
        long rows = rowsReadBy(Lanes.READ, read -> {
            Connection connection = read.getConnection();
            long first = storage.number("SELECT from_seq FROM webhook_lanes WHERE order_key = 's:behind'");
            read.setArray(1, connection.createArrayOf("varchar", new Object[] {"s:behind"}));
            read.setArray(2, connection.createArrayOf("bigint", new Object[] {first}));
            read.setInt(3, 10);
            read.setLong(4, 1_000_000);
        });

        assertThat(rows).isBetween(10L, 20L);
    }

    @Test
    void givingALaneBackReadsItsNextEvent() throws Exception {
        long rows = rowsReadBy(Settlement.GIVE_BACK, give -> {
            Connection connection = give.getConnection();
            give.setArray(1, connection.createArrayOf("varchar", new Object[] {"s:behind"}));
            give.setArray(2, connection.createArrayOf("bigint", new Object[] {null}));
            give.setArray(3, connection.createArrayOf("boolean", new Object[] {true}));
        });

        assertThat(rows).isBetween(2L, 10L);
    }

    @Test
    void lanesThatAreDueAreTakenPastAllThatWait() throws SQLException {
        Lanes lanes = new Lanes(storage.dataSource(), "cost", Duration.ofMinutes(1));
        Settlement settlement = new Settlement(storage.dataSource());
        List<Lane> taken = lanes.claim(100, 10);

        assertThat(taken).hasSize(30).allMatch(lane -> lane.events().size() == 3);
        settlement.settle(taken.stream().map(LaneResult::untouched).toList());
    }
}
