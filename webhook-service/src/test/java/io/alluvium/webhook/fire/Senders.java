package io.alluvium.webhook.fire;

import static io.alluvium.webhook.Signatures.utf8;
import static org.awaitility.Awaitility.await;

import io.alluvium.webhook.ServiceProcess;
import io.alluvium.webhook.Signatures;
import io.alluvium.webhook.TestSources;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Providers, each with one record whose number counts up. One sends the next webhook when the last was answered 200, and the
 * same one once more when it was not.
 */
final class Senders implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Before the same webhook is sent once more. */
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<CompletableFuture<Integer>> working = new ArrayList<>();
    private final Supplier<ServiceProcess> service;
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicLong slowest = new AtomicLong();
    private volatile boolean finish;

    /** @param service to send to next */
    Senders(Supplier<ServiceProcess> service) {
        this.service = service;
    }

    void start(int senders) {
        for (int i = 0; i < senders; i++) {
            String record = "r" + i;
            working.add(CompletableFuture.supplyAsync(() -> work(record), threads));
        }
    }

    private int work(String record) {
        int number = 0;
        while (!finish) {
            number++;
            while (!isAnswered(record, number)) {
                LockSupport.parkNanos(PAUSE.toNanos()); // the next one may be alive
            }
            answered.incrementAndGet();
        }
        return number;
    }

    private boolean isAnswered(String record, int number) {
        long began = System.nanoTime();
        try {
            HttpResponse<String> response = post(record, number);
            slowest.accumulateAndGet(System.nanoTime() - began, Math::max);
            if (response.statusCode() != 200) {
                refused.incrementAndGet();
            }
            return response.statusCode() == 200;
        } catch (IOException killed) {
            return false;
        } catch (InterruptedException stop) {
            throw new IllegalStateException(stop);
        }
    }

    /** One delivery with two events of the same record, and so {@code 2 * number - 1} and {@code 2 * number} in order. */
    HttpResponse<String> post(String record, int number) throws IOException, InterruptedException {
        byte[] body = utf8("{\"data\":[{\"id\":\"%1$s\",\"n\":%2$d},{\"id\":\"%1$s\",\"n\":%3$d}]}"
                .formatted(record, 2 * number - 1, 2 * number));
        HttpRequest.Builder request = HttpRequest.newBuilder(service.get().uri("/webhooks/zoho"))
                .timeout(PATIENCE)
                .header("X-Zoho-Signature", Signatures.hex(TestSources.ZOHO_SECRET, body))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (hasIds(record)) {
            request.header("X-Zoho-Event-Id", record + "-" + number);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Every other provider gives its deliveries no ids: what is sent once more must be known all the same. */
    private static boolean hasIds(String record) {
        return record.hashCode() % 2 == 0;
    }

    /** Deliveries that were answered 200. */
    int answered() {
        return answered.get();
    }

    void awaitAnswers(int more) {
        int before = answered();
        await("webhooks are answered").atMost(Fire.PATIENCE).until(() -> answered() >= before + more);
    }

    /** Answers that were something else, since the last call. */
    int refused() {
        return refused.getAndSet(0);
    }

    /** How long the slowest answer took since the last call. */
    Duration slowest() {
        return Duration.ofNanos(slowest.getAndSet(0));
    }

    /** @return how many deliveries there were in all, each of them answered */
    int finish() {
        finish = true;
        return working.stream().mapToInt(CompletableFuture::join).sum();
    }

    @Override
    public void close() {
        finish = true;
        threads.shutdownNow();
    }
}
