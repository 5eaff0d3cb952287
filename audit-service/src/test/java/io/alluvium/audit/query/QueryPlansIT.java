package io.alluvium.audit.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.alluvium.audit.AuditStack;
import io.alluvium.audit.StoredChanges;
import io.alluvium.sink.SinkDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What PostgreSQL makes of the searches: whatever is asked for, it reads a bounded part of an index. */
@QuarkusTest
@QuarkusTestResource(AuditStack.class)
class QueryPlansIT {

    private static final int ROWS = Integer.getInteger("plans.rows", 100_000);
    private static final int LIMIT = 100;

    private static final String FILL =
            """
            INSERT INTO audit_change (event_id, entity_type, entity_id, operation, old_values, new_values,
                                      changed_fields, changed_by, changed_at, correlation_id)
            SELECT gen_random_uuid(), 'plan-' || n %% 3, 'e-' || n %% 1000, (ARRAY['INSERT', 'UPDATE', 'DELETE'])[1 + n %% 3],
                   '{"a":1}', '{"a":2}', CASE WHEN n %% 2 = 0 THEN '["a","b"]'::json END, 'user-' || n %% 7,
                   timestamptz '2026-01-01Z' - n * interval '1 minute', CASE WHEN n %% 4 = 0 THEN 'c-' || n %% 900 END
            FROM generate_series(1, %d) AS n
            """;

    @Inject
    StoredChanges stored;

    @Inject
    Reading reading;

    @Test
    void everySearchReadsABoundedPartOfAnIndex() throws Exception {
        assumeTrue(reading.database() == SinkDatabase.POSTGRESQL, "the plans are those of PostgreSQL");
        stored.execute(FILL.formatted(ROWS / 20));
        stored.execute("VACUUM ANALYZE audit_change");
        stored.execute(FILL.formatted(ROWS)); // and the statistics know nothing of it
        List<String> unbounded = new ArrayList<>();
        double slowest = 0;
        for (int choice = 0; choice < 1 << 9; choice++) {
            ChangeFilter filter = filter(choice);
            if (filter == null) {
                continue;
            }
            Position after = (choice & 256) == 0 ? null : new Position(Instant.parse("2025-12-01T00:00:00Z"), ROWS / 2);
            ChangeScan scan = new ChangeScan(reading.database(), filter, after, LIMIT);
            JsonNode explained = explain(scan.sql());
            slowest = Math.max(slowest, explained.path("Execution Time").asDouble());
            Reads reads = new Reads();
            reads.add(explained.path("Plan"));
            if (reads.wholeTable || reads.rows > ChangeScan.MOST_ROWS + 10L * LIMIT) {
                unbounded.add(filter + " after " + after + " reads " + reads.rows + " rows: " + explained.path("Plan"));
            }
        }
        System.out.println("slowest search: " + slowest + " ms");
        assertThat(unbounded).isEmpty();
    }

    /** One bit for each filter. */
    private static @Nullable ChangeFilter filter(int choice) {
        boolean ids = (choice & 2) != 0;
        if (ids && (choice & 1) == 0) {
            return null;
        }
        return new ChangeFilter(
                (choice & 1) == 0 ? List.of() : List.of("plan-0", "plan-1"),
                ids ? List.of("e-1", "e-2", "nobody") : List.of(),
                (choice & 4) == 0 ? List.of() : List.of("DELETE"),
                (choice & 8) == 0 ? List.of() : List.of("user-1", "user-2"),
                (choice & 16) == 0 ? null : Instant.parse("2020-01-01T00:00:00Z"),
                (choice & 16) == 0 ? null : Instant.parse("2025-12-25T00:00:00Z"),
                (choice & 32) == 0 ? null : (choice & 128) == 0 ? "b" : "none",
                (choice & 64) == 0 ? null : "c-400");
    }

    private JsonNode explain(Sql sql) throws Exception {
        Sql explained = new Sql(reading.database())
                .add("EXPLAIN (ANALYZE, FORMAT JSON) ")
                .addAll(sql);
        String plan = reading.some(explained, row -> row.next() ? row.getString(1) : "");
        return new ObjectMapper().readTree(plan).get(0);
    }

    /** What the nodes of a plan took from the trail. */
    private static final class Reads {

        private long rows;
        private boolean wholeTable;

        void add(JsonNode node) {
            if (node.path("Relation Name").asText().equals("audit_change")) {
                wholeTable |= node.path("Node Type").asText().equals("Seq Scan");
                double loops = node.path("Actual Loops").asDouble();
                double each = node.path("Actual Rows").asDouble()
                        + node.path("Rows Removed by Filter").asDouble()
                        + node.path("Rows Removed by Index Recheck").asDouble();
                rows += Math.round(loops * each);
            }
            node.path("Plans").forEach(this::add);
        }
    }
}
