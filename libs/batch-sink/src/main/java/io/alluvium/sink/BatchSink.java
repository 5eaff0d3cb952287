package io.alluvium.sink;

import io.alluvium.sink.PoisonIsolator.TooMuchPoison;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Stores batches of one topic: rows, dead letters and offsets in one transaction. Several consumers may share a sink: each
 * has a name, and nothing that one of them has read says anything about what another reads. Thread-safe, but for two batches
 * of one consumer at a time.
 */
public final class BatchSink<R> {

    private final String topic;
    private final DataSource dataSource;
    private final Dialect dialect;
    private final EventMapping<R> mapping;
    private final BulkWriter<R> writer;
    private final TopicIdentity identity;
    private final SinkSettings settings;
    private final OffsetStore offsets;
    private final DeadLetterStore deadLetters;
    private final Map<String, PartitionCursors> cursors = new ConcurrentHashMap<>();

    public BatchSink(
            String topic,
            DataSource dataSource,
            SinkDatabase database,
            EventMapping<R> mapping,
            BulkWriter<R> writer,
            TopicIdentity identity,
            SinkSettings settings) {
        this.topic = topic;
        this.dataSource = dataSource;
        this.dialect = database.dialect();
        this.mapping = mapping;
        this.writer = writer;
        this.identity = identity;
        this.settings = settings;
        this.offsets = new OffsetStore(dialect);
        this.deadLetters = new DeadLetterStore(dialect);
    }

    public String topic() {
        return topic;
    }

    SinkSettings settings() {
        return settings;
    }

    /**
     * The consumer was given these partitions and has read nothing of them yet.
     *
     * @param consumer its name, the same in all calls
     * @return the offsets to read them from
     */
    public Map<Integer, Long> assigned(String consumer, Collection<Integer> partitions)
            throws SQLException, TopicUnknown {
        PartitionCursors own = cursorsOf(consumer);
        own.forget(partitions);
        if (partitions.isEmpty()) {
            return Map.of();
        }
        UUID id = confirmed(identity.current().toCompletableFuture());
        try (SinkTransaction transaction = SinkTransaction.begin(dataSource)) {
            Map<Integer, Long> stored = offsets.lock(transaction, topic, id, new TreeSet<>(partitions));
            transaction.commit();
            own.assigned(id, stored);
            return stored;
        }
    }

    /** The consumer no longer reads these partitions. */
    public void revoked(String consumer, Collection<Integer> partitions) {
        cursorsOf(consumer).forget(partitions);
    }

    private PartitionCursors cursorsOf(String consumer) {
        return cursors.computeIfAbsent(consumer, first -> new PartitionCursors(System::nanoTime));
    }

    /**
     * Stores the batch and its offsets in one transaction; a batch delivered twice is stored once.
     *
     * @param polled records of the topic, of each partition in the order of their offsets
     */
    public BatchOutcome store(String consumer, List<ConsumerRecord<byte[], byte[]>> polled) {
        // Asked after the poll and answered before the commit: the records are of the topic that the offsets are of.
        CompletableFuture<UUID> identityNow = identity.current().toCompletableFuture();
        PartitionCursors own = cursorsOf(consumer);
        try {
            UUID known = own.topicId();
            UUID topicId = known != null ? known : confirmed(identityNow);
            own.topic(topicId);
            return store(own, polled, topicId, identityNow);
        } catch (TopicChanged changed) {
            own.topic(changed.id);
            return store(consumer, polled);
        } catch (SQLException failure) {
            FailureKind kind = dialect.kindOf(failure);
            // Poison that shows outside of the writer is not a row's: the write path itself is refused.
            kind = kind == FailureKind.POISON ? FailureKind.SYSTEMIC : kind;
            return new BatchOutcome.Deferred(kind, dialect.explain(failure), failure);
        } catch (TooMuchPoison failure) {
            return new BatchOutcome.Deferred(FailureKind.SYSTEMIC, String.valueOf(failure.getMessage()), failure);
        } catch (TopicUnknown failure) {
            return new BatchOutcome.Deferred(FailureKind.TRANSIENT, String.valueOf(failure.getMessage()), failure);
        }
    }

    private BatchOutcome.Stored store(
            PartitionCursors own,
            List<ConsumerRecord<byte[], byte[]>> polled,
            UUID topicId,
            CompletableFuture<UUID> identityNow)
            throws SQLException, TooMuchPoison, TopicUnknown, TopicChanged {
        try (SinkTransaction transaction = SinkTransaction.begin(dataSource)) {
            Map<Integer, Long> stored = offsets.lock(transaction, topic, topicId, partitions(polled));
            Intake intake = new Intake(own, stored, polled);
            Rows<R> rows = new Rows<>(intake.fresh(), mapping);
            if (rows.size() > 0) {
                new PoisonIsolator<>(dialect, writer, transaction, settings.mostPoison(rows.size())).write(rows);
            }
            Map<Integer, Slice> slices = slices(rows);
            deadLetters.keep(transaction, topicId, dead(rows));
            if (!slices.isEmpty()) {
                offsets.advance(transaction, topicId, slices);
            }
            if (!confirmed(identityNow).equals(topicId)) {
                throw new TopicChanged(confirmed(identityNow));
            }
            transaction.commit();
            intake.positions().forEach((partition, next) -> own.advance(topicId, partition, next));
            Books books = slices.values().stream().map(Slice::books).reduce(intake.redelivered(), Books::plus);
            return new BatchOutcome.Stored(books, intake.seeks());
        }
    }

    private UUID confirmed(CompletableFuture<UUID> identityNow) throws TopicUnknown {
        try {
            return identityNow.get(settings.brokerTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException failure) {
            throw new TopicUnknown(topic, failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new TopicUnknown(topic, stop);
        }
    }

    private static SortedSet<Integer> partitions(List<ConsumerRecord<byte[], byte[]>> polled) {
        SortedSet<Integer> partitions = new TreeSet<>();
        int last = -1;
        for (ConsumerRecord<byte[], byte[]> one : polled) {
            if (one.partition() != last) {
                last = one.partition();
                partitions.add(last);
            }
        }
        return partitions;
    }

    private static Map<Integer, Slice> slices(Rows<?> rows) {
        Map<Integer, Count> counts = new HashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            ConsumerRecord<byte[], byte[]> polled = rows.polled(i);
            Count count = counts.computeIfAbsent(polled.partition(), first -> new Count());
            count.fates[rows.fate(i).ordinal()]++;
            count.next = polled.offset() + 1;
        }
        Map<Integer, Slice> slices = new TreeMap<>();
        counts.forEach((partition, count) -> slices.put(partition, new Slice(count.next, Books.of(count.fates))));
        return slices;
    }

    /** Of the records of one partition. */
    private static final class Count {
        private final long[] fates = new long[Fate.values().length];
        private long next;
    }

    private static List<DeadLetter> dead(Rows<?> rows) {
        List<DeadLetter> letters = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            DeadLetter letter = rows.deadLetter(i);
            if (letter != null) {
                letters.add(letter);
            }
        }
        return letters;
    }

    /** The name of the topic now belongs to another topic. */
    private static final class TopicChanged extends Exception {
        private static final long serialVersionUID = 1L;
        private final UUID id;

        TopicChanged(UUID id) {
            super("the topic was deleted and created anew", null, false, false);
            this.id = id;
        }
    }
}
