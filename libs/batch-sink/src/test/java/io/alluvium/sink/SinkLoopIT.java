package io.alluvium.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.alluvium.sink.SinkStatus.State;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One sink that several consumers of a process share. */
class SinkLoopIT {

    private static final UUID TOPIC_ID = UUID.fromString("0d6f1b3c-0000-4000-8000-000000000002");

    private final ExecutorService consumers = Executors.newCachedThreadPool();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private volatile boolean secondTableMissing;
    private TestDatabase database;
    private SinkLoop loop;

    @BeforeEach
    void start() throws Exception {
        database = TestDatabase.postgres();
        BulkWriter<Reading> append = database.kind().append(Reading.APPENDED);
        BulkWriter<Reading> writer = (transaction, rows) -> {
            if (secondTableMissing && rows.polled(0).partition() == 1) {
                throw new SQLException("relation is gone", "42P01");
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
        loop = new SinkLoop(sink, (partition, offset) -> {}, meters);
        loop.assigned(Set.of(0, 1));
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
                loop.settle(Records.range(partition, batch * 100L, 100));
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
        secondTableMissing = true;
        Future<Void> waiting = consumers.submit(consumer(1, 1));
        await().untilAsserted(() -> assertThat(loop.status().state()).isEqualTo(State.PAUSED));

        loop.settle(Records.range(0, 0, 100));

        assertThat(database.number("SELECT count(*) FROM reading")).isEqualTo(100);
        assertThat(loop.status().state()).isEqualTo(State.PAUSED);
        assertThat(loop.status().reason()).contains("relation is gone");
        assertThat(meters.get("alluvium.sink.paused").gauge().value()).isEqualTo(1);

        secondTableMissing = false;
        waiting.get(10, TimeUnit.SECONDS);

        assertThat(database.number("SELECT count(*) FROM reading")).isEqualTo(200);
        assertThat(loop.status().state()).isEqualTo(State.RUNNING);
        assertThat(meters.get("alluvium.sink.paused").gauge().value()).isZero();
    }
}
