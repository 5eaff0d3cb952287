package io.alluvium.webhook.fire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.alluvium.localstack.LocalStack;
import io.alluvium.webhook.Storage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that delivers is killed in the middle of it, and another one goes on. {@code -Dfire.seed=} repeats a run. */
class DeliveryUnderFireIT {

    private static final int RECORDS = 60;
    private static final int EVENTS_OF_EACH = 8;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern EVENT = Pattern.compile("\"event_id\":\"([^\"]+)-(\\d+)\"");

    /** A request: the record with its part of the event's id, and the number in its order. */
    private record Received(String webhookId, String record, int number) {}

    private final long seed = Long.getLong("fire.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<Received> received = new ArrayList<>();

    @TempDir
    Path directory;

    private Storage storage;
    private HttpServer destination;
    private ExecutorService threads;

    @BeforeEach
    void start() throws Exception {
        System.out.println("fire.seed=" + seed);
        storage = Storage.create("delivery_fire_it");
        storage.clear();
        threads = Executors.newCachedThreadPool();
        destination = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        destination.createContext("/", this::handle);
        destination.setExecutor(threads);
        destination.start();
    }

    @AfterEach
    void stop() {
        destination.stop(0);
        threads.shutdownNow();
        storage.close();
    }

    /** Takes its time, so that a kill finds requests under way. */
    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            Matcher event = EVENT.matcher(body);
            if (event.find()) {
                String id = exchange.getRequestHeaders().getFirst("webhook-id");
                synchronized (received) {
                    received.add(new Received(id, event.group(1), Integer.parseInt(event.group(2))));
                }
            }
            Thread.sleep(40);
            exchange.sendResponseHeaders(204, -1);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private int receivedCount() {
        synchronized (received) {
            return received.size();
        }
    }

    private DeliveringProcess process(String name) throws IOException {
        Path secret = directory.resolve("secret");
        Files.writeString(secret, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
        String route = "webhook.delivery.routes.hook.";
        return DeliveringProcess.start(
                LocalStack.shared(),
                "delivery_fire_it",
                directory.resolve(name + ".log"),
                Map.of(
                        route + "kind",
                        "http",
                        route + "url",
                        "http://127.0.0.1:" + destination.getAddress().getPort() + "/",
                        route + "secrets",
                        "file:" + secret,
                        route + "allow-private-addresses",
                        "true",
                        route + "timeout",
                        "1S",
                        "webhook.delivery.lease",
                        "6S"));
    }

    @Test
    void whatAKilledProcessHadIsDeliveredByAnotherUnderTheSameId() throws Exception {
        for (int i = 0; i < RECORDS; i++) {
            storage.store("fire", "r" + i, EVENTS_OF_EACH);
        }
        int events = RECORDS * EVENTS_OF_EACH;
        try (DeliveringProcess first = process("first")) {
            awaitReceived(first, 30 + random.nextInt(events / 4));
            first.kill();
        }
        assertThat(storage.number("SELECT count(*) FROM webhook_lanes WHERE lease IS NOT NULL"))
                .as("lanes in the dead process's hands")
                .isPositive();
        try (DeliveringProcess second = process("second")) {
            await("all is delivered")
                    .atMost(PATIENCE)
                    .until(() ->
                            storage.number("SELECT count(*) FROM webhook_events WHERE status <> 'completed'") == 0);
            assertThat(second.stop()).isEqualTo(143);
        }

        assertThat(storage.number("SELECT count(*) FROM webhook_lanes")).isZero();
        assertThat(storage.number("SELECT count(DISTINCT event_seq) FROM webhook_attempts WHERE outcome = 'delivered'"))
                .isEqualTo(events);
        Map<String, List<Integer>> firstTimes = new LinkedHashMap<>();
        Map<String, String> ids = new HashMap<>();
        Set<String> seen = new HashSet<>();
        for (Received one : received) {
            String event = one.record() + "-" + one.number();
            assertThat(ids.merge(event, one.webhookId(), (before, now) -> before.equals(now) ? now : "several"))
                    .as("webhook-id of %s", event)
                    .isNotEqualTo("several");
            if (seen.add(event)) {
                firstTimes
                        .computeIfAbsent(one.record(), record -> new ArrayList<>())
                        .add(one.number());
            }
        }
        assertThat(ids).hasSize(events);
        assertThat(Set.copyOf(ids.values())).hasSize(events);
        assertThat(firstTimes.values())
                .allSatisfy(numbers -> assertThat(numbers).isSorted());
    }

    private void awaitReceived(DeliveringProcess process, int count) {
        await(count + " requests").atMost(PATIENCE).until(() -> {
            assertThat(process.isAlive()).as("see %s", directory).isTrue();
            return receivedCount() >= count;
        });
    }
}
