package io.alluvium.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A table in partitions of time takes events as one in one piece does. */
class PostgresPartitionedAppendIT {

    private static final long FIRST_MICROS = 1_700_000_000_000_000L;

    /** The number is the distance from {@link #FIRST_MICROS}; a hundred fit into a partition. */
    private static final BulkTable<Reading> PARTITIONED = new BulkTable<>(
            "reading_by_time",
            List.of(
                    new Column.OfUuid<>("event_id", Reading::eventId),
                    new Column.OfText<>("name", 40, r -> Utf8.of(r.name())),
                    new Column.OfMicros<>("seen_at", r -> FIRST_MICROS + r.number())),
            List.of("event_id", "seen_at"));

    private TestDatabase database;
    private BatchSink<Reading> sink;

    @BeforeEach
    void start() throws Exception {
        database = TestDatabase.postgres();
        database.run("DROP TABLE IF EXISTS reading_by_time");
        database.run(
                """
                CREATE TABLE reading_by_time (event_id uuid, name varchar(40), seen_at timestamptz,
                PRIMARY KEY (event_id, seen_at)) PARTITION BY RANGE (seen_at)
                """);
        partition("a", "2023-11-14 22:13:20Z", "2023-11-14 22:13:20.0001Z");
        partition("b", "2023-11-14 22:13:20.0001Z", "2023-11-14 22:13:20.0002Z");
        sink = new BatchSink<>(
                Records.TOPIC,
                database.dataSource(),
                database.kind(),
                Reading::parse,
                database.kind().append(PARTITIONED),
                () -> CompletableFuture.completedFuture(new UUID(1, 1)),
                SinkSettings.DEFAULTS);
        sink.assigned("a", Set.of(0));
    }

    private void partition(String name, String from, String to) throws SQLException {
        database.run("CREATE TABLE reading_by_time_%s PARTITION OF reading_by_time FOR VALUES FROM ('%s') TO ('%s')"
                .formatted(name, from, to));
    }

    private Books stored(List<ConsumerRecord<byte[], byte[]>> batch) {
        BatchOutcome outcome = sink.store("a", batch);
        assertThat(outcome).isInstanceOf(BatchOutcome.Stored.class);
        return ((BatchOutcome.Stored) outcome).books();
    }

    private static ConsumerRecord<byte[], byte[]> at(long offset, UUID id, int number) {
        return Records.of(0, offset, new Reading(id, "n" + offset, number).text());
    }

    @Test
    void everyRowFindsItsPartition() throws SQLException {
        assertThat(stored(Records.range(0, 0, 200))).isEqualTo(new Books(200, 200, 0, 0, 0));

        assertThat(database.number("SELECT count(*) FROM reading_by_time_a")).isEqualTo(100);
        assertThat(database.number("SELECT count(*) FROM reading_by_time_b")).isEqualTo(100);
    }

    @Test
    void theSameEventAgainIsADuplicateWhereverItsPartitionIs() throws SQLException {
        stored(List.of(at(0, new UUID(7, 1), 5), at(1, new UUID(7, 2), 105)));

        Books again = stored(List.of(
                at(2, new UUID(7, 2), 105),
                at(3, new UUID(7, 3), 6),
                at(4, new UUID(7, 3), 6),
                at(5, new UUID(7, 1), 5)));

        assertThat(again).isEqualTo(new Books(4, 1, 3, 0, 0));
        assertThat(database.texts("SELECT name FROM reading_by_time ORDER BY name"))
                .containsExactly("n0", "n1", "n3");
    }

    @Test
    void anIdWithAnotherTimeIsAnotherEventAndTheBooksKnow() throws SQLException {
        stored(List.of(at(0, new UUID(7, 1), 5)));

        Books again = stored(List.of(at(1, new UUID(7, 1), 5), at(2, new UUID(7, 1), 6), at(3, new UUID(7, 1), 106)));

        assertThat(again).isEqualTo(new Books(3, 2, 1, 0, 0));
        assertThat(database.number("SELECT count(*) FROM reading_by_time")).isEqualTo(3);
    }

    @Test
    void aRowThatNoPartitionTakesIsADeadLetterAndTheOthersAreStored() throws SQLException {
        Books books = stored(List.of(at(0, new UUID(7, 1), 5), at(1, new UUID(7, 2), 205), at(2, new UUID(7, 3), 6)));

        assertThat(books).isEqualTo(new Books(3, 2, 0, 0, 1));
        assertThat(database.texts("SELECT reason FROM dead_letter").get(0)).contains("no partition of relation");
    }

    @Test
    void sqlServerDoesNotPretendToKnowPartitions() {
        assertThatThrownBy(() -> SinkDatabase.SQLSERVER.append(PARTITIONED)).hasMessageContaining("PostgreSQL only");
    }
}
