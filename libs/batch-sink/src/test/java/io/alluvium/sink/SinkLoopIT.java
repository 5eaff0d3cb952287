package io.alluvium.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.alluvium.sink.SinkStatus.State;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One sink that several consumers of a process share. */
class SinkLoopIT {

    private static final UUID TOPIC_ID = UUID.fromString("0d6f1b3c-0000-4000-8000-000000000002");

    private static final List<String> NAMES = List.of("first", "second");
    private static final String TABLE_MISSING = "42P01";
    private static final String DEADLOCK = "40P01";

    private final ExecutorService consumers = Executors.newCachedThreadPool();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<String> seeks = new CopyOnWriteArrayList<>();
    private volatile @Nullable String secondFailsWith;
    private TestDatabase database;
    private SinkLoop loop;

    @BeforeEach
    void start() throws Exception {
        database = TestDatabase.postgres();
        BulkWriter<Reading> append = database.kind().append(Reading.APPENDED);
        BulkWriter<Reading> writer = (transaction, rows) -> {
            String state = secondFailsWith;
            if (state != null && rows.polled(0).partition() == 1) {
                throw new SQLException("failure " + state, state);
            }
            append.write(transaction, rows);
        };
        SinkSettings settings = new SinkSettings(
                0.5, 100, Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofMillis(50), Duration.ofSeconds(10));
        BatchSink<Reading> sink = new BatchSink<>(
                Records.TOPIC,
                database.dataSource(),
                database.kind(),
                Reading::parse,
                writer,
                () -> CompletableFuture.completedFuture(TOPIC_ID),
                settings);
        loop = new SinkLoop(
                sink, (consumer, partition, offset) -> seeks.add(consumer + ":" + partition + "@" + offset), meters);
        loop.assigned(NAMES.get(0), Set.of(0));
        loop.assigned(NAMES.get(1), Set.of(1));
    }

    @AfterEach
    void stop() throws InterruptedException {
        loop.close();
        consumers.shutdownNow();
        assertThat(consumers.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    private Callable<Void> consumer(int partition, int batches) {
        return () -> {
            for (int batch = 0; batch < batches; batch++) {
                loop.settle(NAMES.get(partition), Records.range(partition, batch * 100L, 100));
            }
            return null;
        };
    }

    @Test
    void consumersStoreSideBySideAndTheBooksBalance() throws Exception {
        List<Callable<Void>> work = List.of(consumer(0, 30), consumer(1, 30));
        for (Future<Void> done : consumers.invokeAll(work)) {
            done.get();
        }

        assertThat(database.number("SELECT count(DISTINCT event_id) FROM reading"))
                .isEqualTo(6000);
        assertThat(database.texts("SELECT stored FROM sink_offset")).containsExactly("3000", "3000");
        assertThat(loop.status().books()).isEqualTo(new Books(6000, 6000, 0, 0, 0));
        assertThat(loop.status().state()).isEqualTo(State.RUNNING);
        for (int partition = 0; partition < 2; partition++) {
            List<String> numbers = new ArrayList<>(database.texts(
                    "SELECT number FROM reading WHERE event_id::text LIKE '%0" + (partition + 1) + "-%' ORDER BY id"));
            assertThat(numbers.stream().map(Integer::valueOf)).isSorted().hasSize(3000);
        }
    }

    @Test
    void theSinkIsPausedUntilTheLastBatchThatWaitsIsStored() throws Exception {
        secondFailsWith = TABLE_MISSING;
        Future<Void> waiting = consumers.submit(consumer(1, 1));
        await().untilAsserted(() -> assertThat(loop.status().state()).isEqualTo(State.PAUSED));

        loop.settle(NAMES.get(0), Records.range(0, 0, 100));

        assertThat(database.number("SELECT count(*) FROM reading")).isEqualTo(100);
        assertThat(loop.status().state()).isEqualTo(State.PAUSED);
        assertThat(loop.status().reason()).contains(TABLE_MISSING);
        assertThat(meters.get("alluvium.sink.paused").gauge().value()).isEqualTo(1);

        secondFailsWith = null;
        waiting.get(10, TimeUnit.SECONDS);

        assertThat(database.number("SELECT count(*) FROM reading")).isEqualTo(200);
        assertThat(loop.status().state()).isEqualTo(State.RUNNING);
        assertThat(meters.get("alluvium.sink.paused").gauge().value()).isZero();
    }

    @Test
    void whatWaitsForMendingIsToldBeforeWhatPassesByItself() throws Exception {
        secondFailsWith = TABLE_MISSING;
        Future<Void> waiting = consumers.submit(consumer(1, 1));
        await().untilAsserted(() -> assertThat(loop.status().state()).isEqualTo(State.PAUSED));

        secondFailsWith = DEADLOCK;
        await().untilAsserted(() -> assertThat(loop.status().state()).isEqualTo(State.RETRYING));
        assertThat(meters.get("alluvium.sink.paused").gauge().value()).isZero();
        secondFailsWith = null;
        waiting.get(10, TimeUnit.SECONDS);
        assertThat(loop.status().state()).isEqualTo(State.RUNNING);

        loop.close();
        assertThat(loop.status().state()).isEqualTo(State.STOPPED);
    }

    private void goBackToOffset100() throws Exception {
        database.run("DELETE FROM reading WHERE number >= 100");
        database.run("UPDATE sink_offset SET next_offset = 100, polled = 100, stored = 100 WHERE kafka_partition = 0");
    }

    /** The partition moved while a batch of the first consumer waited for the database, which came back as an older one. */
    @Test
    void whatOneConsumerHasReadSaysNothingAboutWhatAnotherReads() throws Exception {
        loop.settle("first", Records.range(0, 0, 300));
        List<ConsumerRecord<byte[], byte[]>> onItsWay = Records.range(0, 300, 100);
        loop.revoked("first", Set.of(0));
        goBackToOffset100();

        loop.settle("first", onItsWay);
        assertThat(seeks).containsExactly("first:0@100");
        loop.settle("second", onItsWay); // it could not be told where to begin
        assertThat(seeks).containsExactly("first:0@100", "second:0@100");
        assertThat(database.number("SELECT count(*) FROM reading")).isEqualTo(100);

        loop.settle("second", Records.range(0, 100, 300));
        theFirst400AreStored();
    }

    @Test
    void aLateBatchIsNotTakenForOneOfTheNextConsumer() throws Exception {
        loop.settle("first", Records.range(0, 0, 300));
        loop.revoked("first", Set.of(0));
        goBackToOffset100();
        assertThat(loop.assigned("second", Set.of(0))).isEqualTo(Map.of(0, 100L));

        loop.settle("first", Records.range(0, 300, 100));

        assertThat(database.number("SELECT count(*) FROM reading")).isEqualTo(100);
        loop.settle("second", Records.range(0, 100, 300));
        theFirst400AreStored();
    }

    private void theFirst400AreStored() throws SQLException {
        assertThat(database.number("SELECT count(DISTINCT event_id) FROM reading"))
                .isEqualTo(400);
        assertThat(database.texts("SELECT next_offset FROM sink_offset WHERE kafka_partition = 0"))
                .containsExactly("400");
    }
}
