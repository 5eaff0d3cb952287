package io.alluvium.kit.operations;

import io.agroal.api.AgroalDataSource;
import io.alluvium.kit.Problem;
import io.alluvium.kit.SinkRegistration;
import io.alluvium.kit.operations.SinkReport.LastBatch;
import io.alluvium.kit.operations.SinkReport.Partition;
import io.alluvium.kit.operations.SinkReport.State;
import io.alluvium.kit.operations.SinkReport.Tally;
import io.alluvium.kit.operations.TopicExtent.Range;
import io.alluvium.sink.Books;
import io.alluvium.sink.SinkLoop;
import io.alluvium.sink.SinkOffsets;
import io.alluvium.sink.SinkOffsets.StoredPartition;
import io.alluvium.sink.SinkStatus;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How far the sinks of this service are. Answers, with what is known, whatever is away. Thread-safe; blocks its caller. */
@Singleton
public final class SinkOverview {

    private final Instance<SinkRegistration> registrations;
    private final SinkOffsets offsets;
    private final TopicWatch topics;

    SinkOverview(@Any Instance<SinkRegistration> registrations, AgroalDataSource dataSource, TopicWatch topics) {
        this.registrations = registrations;
        this.offsets = new SinkOffsets(dataSource);
        this.topics = topics;
    }

    public List<SinkReport> all() {
        List<SinkRegistration> all = registrations();
        // All questions first: a broker that is away is waited for once.
        List<CompletableFuture<TopicExtent>> extents =
                all.stream().map(one -> topics.extent(one.topic())).toList();
        List<SinkReport> reports = new ArrayList<>(all.size());
        for (int i = 0; i < all.size(); i++) {
            reports.add(report(all.get(i), extents.get(i).join()));
        }
        return reports;
    }

    /** @throws Problem 404 when this service has no sink of that topic */
    public SinkReport of(String topic) {
        return report(registration(topic), topics.extent(topic).join());
    }

    List<SinkRegistration> registrations() {
        return registrations.stream()
                .sorted(Comparator.comparing(SinkRegistration::topic))
                .toList();
    }

    SinkRegistration registration(String topic) {
        return registrations.stream()
                .filter(one -> one.topic().equals(topic))
                .findFirst()
                .orElseThrow(() -> Problem.notFound("there is no sink of topic " + topic));
    }

    private SinkReport report(SinkRegistration registration, TopicExtent extent) {
        List<StoredPartition> stored = List.of();
        String databaseProblem = null;
        try {
            stored = ofTopic(offsets.of(registration.topic()), extent.topicId());
        } catch (SQLException failure) {
            databaseProblem = "the stored offsets cannot be read: " + failure.getMessage();
        }
        SinkStatus status = status(registration.loop());
        List<Partition> partitions = partitions(stored, extent, databaseProblem == null);
        return new SinkReport(
                registration.topic(),
                status == null ? State.ELSEWHERE : State.valueOf(status.state().name()),
                status == null ? null : status.reason(),
                status == null ? null : status.since(),
                status == null ? null : status.rowsPerSecond(),
                status == null ? null : lastBatch(status),
                databaseProblem == null ? books(stored) : null,
                pending(partitions, extent),
                lastCommitAt(stored),
                extent.problem(),
                databaseProblem,
                partitions);
    }

    private static @Nullable SinkStatus status(@Nullable SinkLoop loop) {
        return loop == null ? null : loop.status();
    }

    private static @Nullable LastBatch lastBatch(SinkStatus status) {
        Instant at = status.lastBatchAt();
        return at == null
                ? null
                : new LastBatch(
                        at, status.lastBatchSize(), status.lastBatchTook().toNanos() / 1000 / 1000.0);
    }

    /** Of the topic that bears the name now; while nobody tells which one that is, the one stored from last. */
    static List<StoredPartition> ofTopic(List<StoredPartition> stored, @Nullable UUID current) {
        UUID id = current != null
                ? current
                : stored.stream()
                        .max(Comparator.comparing(StoredPartition::updatedAt))
                        .map(StoredPartition::topicId)
                        .orElse(null);
        return stored.stream().filter(one -> one.topicId().equals(id)).toList();
    }

    private static List<Partition> partitions(List<StoredPartition> stored, TopicExtent extent, boolean storedKnown) {
        Map<Integer, StoredPartition> known = stored.stream()
                .collect(Collectors.toMap(StoredPartition::partition, Function.identity(), (a, b) -> b, TreeMap::new));
        SortedSet<Integer> numbers = new TreeSet<>(known.keySet());
        numbers.addAll(extent.partitions().keySet());
        List<Partition> partitions = new ArrayList<>(numbers.size());
        for (int number : numbers) {
            StoredPartition row = known.get(number);
            Range range = extent.partitions().get(number);
            Long next = row == null ? null : row.nextOffset();
            partitions.add(new Partition(
                    number,
                    next,
                    range == null ? null : range.end(),
                    range == null || !storedKnown ? null : range.lag(next),
                    row == null ? null : Tally.of(row.books()),
                    row == null ? null : row.updatedAt()));
        }
        return partitions;
    }

    private static Tally books(Collection<StoredPartition> stored) {
        return Tally.of(stored.stream().map(StoredPartition::books).reduce(Books.EMPTY, Books::plus));
    }

    private static @Nullable Long pending(List<Partition> partitions, TopicExtent extent) {
        if (extent.problem() != null || partitions.stream().anyMatch(one -> one.lag() == null)) {
            return null;
        }
        return partitions.stream()
                .map(Partition::lag)
                .filter(Objects::nonNull)
                .mapToLong(Long::longValue)
                .sum();
    }

    private static @Nullable Instant lastCommitAt(List<StoredPartition> stored) {
        return stored.stream()
                .filter(one -> one.books().polled() > 0)
                .map(StoredPartition::updatedAt)
                .max(Comparator.naturalOrder())
                .orElse(null);
    }
}
