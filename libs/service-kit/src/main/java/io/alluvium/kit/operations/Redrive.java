package io.alluvium.kit.operations;

import io.alluvium.kit.EventPublisher;
import io.alluvium.kit.Problem;
import io.alluvium.sink.DeadLetters.Filter;
import io.alluvium.sink.DeadLetters.Letter;
import io.alluvium.sink.DeadLetters.Status;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends dead letters again, each with the key, the value and the headers it had, so that its event keeps its id: one that
 * is sent twice is stored once. A letter counts as redriven only after the broker has acknowledged it; if the service ends
 * in between, it is still open and may be sent again.
 */
@Singleton
final class Redrive {

    private static final Logger LOGGER = LoggerFactory.getLogger(Redrive.class);
    private static final Duration RETRY = Duration.ofSeconds(5);

    /** Letters in memory at once: each may be as large as the broker allows. */
    private static final int AT_ONCE = 20;

    /**
     * @param matching  open letters that the filter finds, before anything was sent
     * @param remaining how many of them are still to be sent: call again
     */
    record Many(boolean dryRun, long matching, int redriven, long remaining) {}

    private final LetterDesk desk;
    private final TopicWatch topics;
    private final EventPublisher publisher;
    private final Set<Long> underWay = ConcurrentHashMap.newKeySet();

    Redrive(LetterDesk desk, TopicWatch topics, EventPublisher publisher) {
        this.desk = desk;
        this.topics = topics;
        this.publisher = publisher;
    }

    /** @throws Problem 404 without such a letter, 409 when it is resolved or under way, 503 while the broker is away */
    Letter one(long id, String by) throws SQLException {
        if (!underWay.add(id)) {
            throw Problem.conflict("dead letter " + id + " is being sent again at this moment");
        }
        try {
            Letter letter = desk.findOpen(id);
            publish(List.of(letter), extents(List.of(letter)));
            Letter redriven = desk.resolve(id, Status.REDRIVEN, by);
            log(1, by);
            return redriven;
        } finally {
            underWay.remove(id);
        }
    }

    Many count(Filter filter) throws SQLException {
        long matching = desk.letters().count(filter);
        return new Many(true, matching, 0, matching);
    }

    /** @throws Problem 503 when the broker goes away; its members say how many were sent before */
    Many many(Filter filter, int limit, String by) throws SQLException {
        long matching = desk.letters().count(filter);
        List<Long> ids = desk.letters().oldest(filter, limit);
        int redriven = 0;
        try {
            for (int from = 0; from < ids.size(); from += AT_ONCE) {
                redriven += some(ids.subList(from, Math.min(from + AT_ONCE, ids.size())), by);
            }
        } catch (Problem problem) {
            throw problem.with("redriven", redriven).with("remaining", matching - redriven);
        } finally {
            log(redriven, by);
        }
        return new Many(false, matching, redriven, Math.max(0, matching - redriven));
    }

    private int some(List<Long> ids, String by) throws SQLException {
        List<Long> taken = new ArrayList<>();
        try {
            List<Letter> letters = new ArrayList<>();
            for (long id : ids) {
                Letter letter =
                        underWay.add(id) && taken.add(id) ? desk.letters().find(id) : null;
                if (letter != null && letter.status() == Status.OPEN) {
                    letters.add(letter);
                }
            }
            publish(letters, extents(letters));
            int redriven = 0;
            for (Letter letter : letters) {
                redriven += desk.letters().resolve(letter.id(), Status.REDRIVEN, by) ? 1 : 0;
            }
            return redriven;
        } finally {
            taken.forEach(underWay::remove);
        }
    }

    private Map<String, TopicExtent> extents(List<Letter> letters) {
        Map<String, TopicExtent> extents = new HashMap<>();
        for (Letter letter : letters) {
            TopicExtent extent = extents.computeIfAbsent(
                    letter.topic(), topic -> topics.extent(topic).join());
            if (extent.missing()) {
                throw Problem.conflict("dead letter " + letter.id() + " cannot be sent again: " + extent.problem());
            }
            if (extent.problem() != null) {
                throw Problem.unavailable("nothing was sent: " + extent.problem(), RETRY);
            }
        }
        return extents;
    }

    private void publish(List<Letter> letters, Map<String, TopicExtent> extents) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(letters.size());
        for (Letter letter : letters) {
            TopicExtent extent = extents.get(letter.topic());
            // Its own partition, whoever chose it: what has the same key must stay in one order.
            boolean there = extent != null && extent.partitions().containsKey(letter.partition());
            records.add(new ProducerRecord<>(
                    letter.topic(),
                    there ? letter.partition() : null,
                    null,
                    letter.key(),
                    letter.payload(),
                    letter.headers()));
        }
        try {
            publisher.publish(records).toCompletableFuture().join();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof Problem problem) {
                throw problem;
            }
            throw failure;
        }
    }

    private static void log(int letters, String by) {
        LOGGER.atInfo().addKeyValue("letters", letters).addKeyValue("by", by).log("dead letters sent again");
    }
}
