package io.alluvium.webhook.intake;

import io.agroal.api.AgroalDataSource;
import io.alluvium.kit.EventId;
import io.alluvium.webhook.WebhookConfig;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks in the table for deliveries that this process does not remember: other processes, and earlier ones, may have
 * accepted them. All that wait are looked up at once, so that many requests share few statements. Where the database does
 * not answer in time a delivery counts as new: the sink stores it once all the same. Thread-safe.
 */
@Singleton
final class LookUp {

    private static final Logger LOGGER = LoggerFactory.getLogger(LookUp.class);

    private static final String STORED_IDS = "SELECT id FROM webhook_events WHERE id = ANY (?)";

    private static final String STORED_BODIES =
            """
            SELECT source, body_sha256, event_id, received_at
            FROM webhook_events
            WHERE body_sha256 = ANY (?) AND received_at >= ?
            """;

    /** Deliveries of one statement, and of those that may wait. */
    private static final int TOGETHER = 200;

    private static final int QUEUE = 10_000;

    /** How long nothing is asked after a database that did not answer. */
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private record Question(Publication publication, CompletableFuture<@Nullable String> answer) {}

    private final AgroalDataSource dataSource;
    private final Duration patience;
    private final BlockingQueue<Question> questions = new LinkedBlockingQueue<>(QUEUE);
    private final Thread thread = new Thread(this::answerAll, "webhook-look-up");
    private volatile long silentUntil = System.nanoTime();

    LookUp(WebhookConfig config, AgroalDataSource dataSource) {
        this.dataSource = dataSource;
        this.patience = config.intake().replay().lookUpPatience();
        thread.setDaemon(true);
        thread.start();
    }

    /** @return the id of the delivery all of whose events are stored; null when there is none, or nobody knows in time */
    CompletionStage<@Nullable String> find(Publication publication) {
        CompletableFuture<@Nullable String> answer = new CompletableFuture<>();
        if (System.nanoTime() - silentUntil < 0 || !questions.offer(new Question(publication, answer))) {
            return CompletableFuture.completedFuture(null);
        }
        return answer.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS).exceptionally(late -> {
            pause();
            return null;
        });
    }

    private void pause() {
        silentUntil = System.nanoTime() + PAUSE.toNanos();
    }

    private void answerAll() {
        List<Question> asked = new ArrayList<>(TOGETHER);
        while (!Thread.currentThread().isInterrupted()) {
            try {
                asked.add(questions.take());
                questions.drainTo(asked, TOGETHER - 1);
                answer(asked);
            } catch (InterruptedException stop) {
                return;
            } catch (SQLException | RuntimeException failure) {
                LOGGER.atDebug().addKeyValue("cause", failure.toString()).log("stored webhooks not looked up");
                pause();
            } finally {
                asked.forEach(one -> one.answer().complete(null));
                asked.clear();
            }
        }
    }

    private void answer(List<Question> asked) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            byId(
                    connection,
                    asked.stream().filter(one -> one.publication().hasOwnId()).toList());
            byBody(
                    connection,
                    asked.stream()
                            .filter(one -> one.publication().countsByBody()
                                    && !one.answer().isDone())
                            .toList());
        }
    }

    private static void byId(Connection connection, List<Question> asked) throws SQLException {
        if (asked.isEmpty()) {
            return;
        }
        Map<Question, List<UUID>> expected = new IdentityHashMap<>();
        asked.forEach(one -> expected.put(one, rowIds(one.publication())));
        Set<UUID> stored = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(STORED_IDS)) {
            Array ids = connection.createArrayOf(
                    "uuid", expected.values().stream().flatMap(List::stream).toArray());
            statement.setArray(1, ids);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    stored.add(rows.getObject(1, UUID.class));
                }
            }
        }
        expected.forEach((one, ids) -> {
            // All of them: of a delivery that was answered with an error some events may be stored.
            if (stored.containsAll(ids)) {
                one.answer().complete(one.publication().eventId());
            }
        });
    }

    private static List<UUID> rowIds(Publication publication) {
        byte[] source = publication.source().name().getBytes(StandardCharsets.UTF_8);
        return publication.eventIds().stream()
                .map(id -> EventId.derived(source, id.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    private static void byBody(Connection connection, List<Question> asked) throws SQLException {
        if (asked.isEmpty()) {
            return;
        }
        Instant now = Instant.now();
        Map<String, Instant> since = new HashMap<>();
        asked.forEach(one -> since.put(
                one.publication().source().name(),
                now.minus(one.publication().source().replayWindow())));
        try (PreparedStatement statement = connection.prepareStatement(STORED_BODIES)) {
            Object[] hashes =
                    asked.stream().map(one -> one.publication().bodySha256()).toArray();
            statement.setArray(1, connection.createArrayOf("varchar", hashes));
            statement.setObject(2, Collections.min(since.values()).atOffset(ZoneOffset.UTC));
            Map<String, Map<String, Integer>> stored = eventsByBody(statement, since);
            for (Question one : asked) {
                Publication publication = one.publication();
                String body = publication.source().name() + ":" + publication.bodySha256();
                stored.getOrDefault(body, Map.of()).forEach((delivery, events) -> {
                    if (events >= publication.records().size()) {
                        one.answer().complete(delivery);
                    }
                });
            }
        }
    }

    /** How many events are stored, by source and body and then by delivery. */
    private static Map<String, Map<String, Integer>> eventsByBody(
            PreparedStatement statement, Map<String, Instant> since) throws SQLException {
        Map<String, Map<String, Integer>> events = new HashMap<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                Instant first = since.get(rows.getString("source"));
                Instant received =
                        rows.getObject("received_at", OffsetDateTime.class).toInstant();
                if (first != null && !received.isBefore(first)) {
                    String body = rows.getString("source") + ":" + rows.getString("body_sha256");
                    events.computeIfAbsent(body, any -> new HashMap<>())
                            .merge(Publication.deliveryOf(rows.getString("event_id")), 1, Integer::sum);
                }
            }
        }
        return events;
    }

    @PreDestroy
    void close() {
        thread.interrupt();
    }
}
