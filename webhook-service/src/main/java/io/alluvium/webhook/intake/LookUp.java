package io.alluvium.webhook.intake;

import io.agroal.api.AgroalDataSource;
import io.alluvium.webhook.WebhookConfig;
import io.alluvium.webhook.intake.Fingerprint.By;
import io.alluvium.webhook.intake.Fingerprint.Subject;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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

    static final String STORED_IDS =
            """
            SELECT id, event_id, body_sha256, event_type, module, record_id, received_at
            FROM webhook_events
            WHERE id = ANY (?)
            """;

    /** Without those after which something else has happened to their record: they are the past, and may come again. */
    static final String STORED_MATERIAL =
            """
            SELECT source, event_id, body_sha256, event_type, module, record_id, received_at
            FROM webhook_events AS e
            WHERE body_sha256 = ANY (?) AND received_at >= ?
                AND NOT EXISTS (
                    SELECT 1
                    FROM webhook_events AS later
                    WHERE later.order_key = e.order_key AND later.seq > e.seq
                        AND (later.body_sha256, later.event_type, later.module)
                            IS DISTINCT FROM (e.body_sha256, e.event_type, e.module)
                )
            """;

    /** Deliveries of one statement, and of those that may wait. */
    private static final int TOGETHER = 200;

    private static final int QUEUE = 10_000;

    /** How long nothing is asked after a database that did not answer. */
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private record Question(Fingerprint of, CompletableFuture<Known> answer) {}

    private record Stored(String eventId, String bodySha256, Subject subject, Instant receivedAt) {

        boolean isOf(Fingerprint one, Subject expected) {
            return bodySha256.equals(one.bodySha256()) && subject.equals(expected);
        }
    }

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

    /** @return completes with {@link Known#NO} also when nobody knows in time */
    CompletionStage<Known> find(Fingerprint one) {
        CompletableFuture<Known> answer = new CompletableFuture<>();
        if (System.nanoTime() - silentUntil < 0 || !questions.offer(new Question(one, answer))) {
            return CompletableFuture.completedFuture(Known.NO);
        }
        return answer.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS).exceptionally(late -> {
            pause();
            return Known.NO;
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
            } catch (SQLException | RuntimeException | Error failure) {
                LOGGER.atDebug().addKeyValue("cause", failure.toString()).log("stored webhooks not looked up");
                pause();
            } finally {
                asked.forEach(one -> one.answer().complete(Known.NO));
                asked.clear();
            }
        }
    }

    private void answer(List<Question> asked) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            // Not even a database that hangs keeps the thread for longer than nobody would wait anyway.
            connection.setNetworkTimeout(Runnable::run, (int) Math.max(1000, 2 * patience.toMillis()));
            try {
                byId(connection, asked);
                byMaterial(
                        connection,
                        asked.stream()
                                .filter(one -> one.of().by() == By.ID_AND_MATERIAL
                                        && !one.of().window().isZero()
                                        && !one.answer().isDone())
                                .toList());
            } finally {
                connection.setNetworkTimeout(Runnable::run, 0);
            }
        }
    }

    private static void byId(Connection connection, List<Question> asked) throws SQLException {
        Map<UUID, Stored> stored = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(STORED_IDS)) {
            Object[] ids = asked.stream()
                    .flatMap(one -> Stream.concat(one.of().rowIds().stream(), one.of().earlierRowIds().stream()))
                    .toArray();
            statement.setArray(1, connection.createArrayOf("uuid", ids));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    stored.put(rows.getObject("id", UUID.class), stored(rows));
                }
            }
        }
        for (Question one : asked) {
            Known known = known(one.of(), stored);
            if (known != Known.NO) {
                one.answer().complete(known);
            }
        }
    }

    /** All events are asked for: of a delivery that was answered with an error some may be stored. */
    private static Known known(Fingerprint one, Map<UUID, Stored> stored) {
        List<UUID> ids = one.rowIds();
        if (one.by() == By.ID_AND_MATERIAL && isAnothers(one, ids, stored)) {
            return Known.CONFLICT;
        }
        if (stored.keySet().containsAll(ids)) {
            return new Known.Duplicate(one.eventId());
        }
        List<UUID> earlier = one.earlierRowIds();
        String earlierId = one.earlierId();
        boolean isEarlier = earlierId != null
                && earlier.stream()
                        .map(stored::get)
                        .allMatch(event -> event != null && one.isWithinWindow(event.receivedAt()));
        return isEarlier ? new Known.Duplicate(earlierId) : Known.NO;
    }

    private static boolean isAnothers(Fingerprint one, List<UUID> ids, Map<UUID, Stored> stored) {
        for (int i = 0; i < ids.size(); i++) {
            Stored event = stored.get(ids.get(i));
            if (event != null && !event.isOf(one, one.subjects().get(i))) {
                return true;
            }
        }
        return false;
    }

    private static void byMaterial(Connection connection, List<Question> asked) throws SQLException {
        if (asked.isEmpty()) {
            return;
        }
        Instant since = asked.stream()
                .map(one -> one.of().receivedAt().minus(one.of().window()))
                .min(Comparator.naturalOrder())
                .orElseThrow();
        Map<String, List<Stored>> stored = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(STORED_MATERIAL)) {
            Object[] hashes = asked.stream().map(one -> one.of().bodySha256()).toArray();
            statement.setArray(1, connection.createArrayOf("varchar", hashes));
            statement.setObject(2, since.atOffset(ZoneOffset.UTC));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    stored.computeIfAbsent(rows.getString("source"), source -> new ArrayList<>())
                            .add(stored(rows));
                }
            }
        }
        for (Question one : asked) {
            String known = known(one.of(), stored.getOrDefault(one.of().source(), List.of()));
            if (known != null) {
                one.answer().complete(new Known.Duplicate(known));
            }
        }
    }

    /** @return the id of a delivery with the same material, all of whose events are stored */
    private static @Nullable String known(Fingerprint one, List<Stored> stored) {
        Map<String, Integer> events = new HashMap<>();
        Set<Subject> subjects = Set.copyOf(one.subjects());
        for (Stored event : stored) {
            if (event.bodySha256().equals(one.bodySha256())
                    && subjects.contains(event.subject())
                    && one.isWithinWindow(event.receivedAt())) {
                events.merge(Publication.deliveryOf(event.eventId()), 1, Integer::sum);
            }
        }
        return events.entrySet().stream()
                .filter(delivery -> delivery.getValue() >= one.subjects().size())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    private static Stored stored(ResultSet row) throws SQLException {
        return new Stored(
                row.getString("event_id"),
                row.getString("body_sha256"),
                new Subject(row.getString("event_type"), row.getString("module"), row.getString("record_id")),
                row.getObject("received_at", OffsetDateTime.class).toInstant());
    }

    @PreDestroy
    void close() {
        thread.interrupt();
    }
}
