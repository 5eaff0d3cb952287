package io.alluvium.audit.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.alluvium.audit.AuditStack;
import io.alluvium.audit.Changes;
import io.alluvium.audit.StoredChanges;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/** Sixty-four people at once: nobody waits for a lock of somebody else, and nothing fails. */
@QuarkusTest
@QuarkusTestResource(AuditStack.class)
@TestSecurity(
        user = "everybody",
        roles = {"emitter", "reader"})
class ManyUsersIT {

    private static final int USERS = 64;
    private static final Duration TIME = Duration.ofSeconds(10);

    private static final String WAITING =
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype IN ('relation', 'tuple', 'transactionid')";
    private static final String DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";

    @Inject
    StoredChanges stored;

    private final HttpClient http = HttpClient.newHttpClient();
    private final String base = "http://localhost:"
            + ConfigProvider.getConfig().getValue("quarkus.http.test-port", Integer.class) + "/api/audit";
    private final Map<Integer, AtomicLong> answers = new ConcurrentHashMap<>();
    private final AtomicLong sent = new AtomicLong();

    @Test
    void intakeSearchAndDashboardDoNotDisturbEachOther() throws Exception {
        boolean postgres = !"sqlserver".equals(System.getProperty("db"));
        long deadlocks = postgres ? Long.parseLong(stored.text(DEADLOCKS)) : 0;
        long waits = 0;
        long end = System.nanoTime() + TIME.toNanos();
        ExecutorService users = Executors.newFixedThreadPool(USERS);
        List<Future<?>> working = new ArrayList<>();
        for (int user = 0; user < USERS; user++) {
            int number = user;
            working.add(users.submit(() -> {
                while (System.nanoTime() < end) {
                    act(number);
                }
                return null;
            }));
        }
        while (postgres && System.nanoTime() < end) {
            waits += Long.parseLong(stored.text(WAITING));
        }
        for (Future<?> user : working) {
            user.get();
        }
        users.shutdown();
        System.out.println("answers by status: " + answers + ", events sent: " + sent);

        assertThat(answers.keySet()).containsOnly(200, 202);
        assertThat(answers.get(202)).hasPositiveValue();
        assertThat(waits).as("sessions seen waiting for a lock").isZero();
        if (postgres) {
            assertThat(Long.parseLong(stored.text(DEADLOCKS))).isEqualTo(deadlocks);
        }
        await().atMost(Duration.ofSeconds(60))
                .until(() -> stored.text("SELECT count(*) FROM audit_change WHERE entity_id LIKE 'busy-%'")
                        .equals("" + sent));
    }

    private void act(int user) throws Exception {
        int what = ThreadLocalRandom.current().nextInt(10);
        if (what < 5) {
            sent.incrementAndGet();
            send(HttpRequest.newBuilder(URI.create(base + "/changes"))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(Changes.update("busy-" + user, what))));
        } else if (what < 8) {
            send(HttpRequest.newBuilder(
                    URI.create(base + "/changes?entity_type=order&operation=UPDATE&limit=20&entity_id=busy-" + user)));
        } else if (what < 9) {
            send(HttpRequest.newBuilder(URI.create(base + "/changes?field=amount&limit=20&changed_by=tester")));
        } else {
            send(HttpRequest.newBuilder(URI.create(base + "/dashboard?days_back=365")));
        }
    }

    private void send(HttpRequest.Builder request) throws Exception {
        int status = http.send(request.build(), BodyHandlers.discarding()).statusCode();
        answers.computeIfAbsent(status, first -> new AtomicLong()).incrementAndGet();
    }
}
