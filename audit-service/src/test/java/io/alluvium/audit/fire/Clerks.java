package io.alluvium.audit.fire;

import io.alluvium.audit.Changes;
import java.io.IOException;
import java.net.URI;
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
import java.util.function.Supplier;

/**
 * People who work on calculations over HTTP, each on one of their own: its description counts up. Whoever gets no answer
 * asks somebody else to do the same step once more.
 */
final class Clerks implements AutoCloseable {

    private static final String CALCULATIONS = "/api/calculations/user";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<CompletableFuture<Integer>> working = new ArrayList<>();
    private final Supplier<ServiceProcess> service;
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicLong slowest = new AtomicLong();
    private volatile boolean finish;

    /** @param service to ask next */
    Clerks(Supplier<ServiceProcess> service) {
        this.service = service;
    }

    void start(int clerks) {
        for (int i = 0; i < clerks; i++) {
            String name = "clerk " + i;
            working.add(CompletableFuture.supplyAsync(() -> work(name), threads));
        }
    }

    private int work(String name) {
        String created = answered("POST", CALCULATIONS, calculation(name), 201);
        String path = CALCULATIONS + "/" + created.replaceFirst("(?s)^\\{\"id\":(\\d+),.*", "$1");
        int step = 0;
        while (!finish) {
            step++;
            answered("PUT", path, "{\"description\":\"" + step + "\"}", 200);
            done.incrementAndGet();
            if (step % 10 == 0) {
                // A name that is taken: begun, refused and rolled back.
                answered("POST", CALCULATIONS, calculation(name), 400, 409);
            }
        }
        return step;
    }

    private static String calculation(String name) {
        return """
                {"name":"%s","description":"0","aggregation_function":"SUM","source_model":"Deal",\
                "source_field":"balance","group_level":"deal","advanced_config":{"digits":1.50}}"""
                .formatted(name);
    }

    /** Asks until there is an answer. */
    private String answered(String method, String path, String body, int... expected) {
        while (true) {
            long began = System.nanoTime();
            try {
                HttpRequest request = HttpRequest.newBuilder(
                                URI.create(service.get().url(path)))
                        .timeout(PATIENCE)
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofByteArray(Changes.utf8(body)))
                        .build();
                HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
                slowest.accumulateAndGet(System.nanoTime() - began, Math::max);
                for (int status : expected) {
                    if (response.statusCode() == status) {
                        return response.body();
                    }
                }
                if (response.statusCode() < 500) {
                    throw new IllegalStateException(method + " " + path + ": " + response.body());
                }
            } catch (IOException killed) {
                Thread.onSpinWait(); // the next one may be alive
            } catch (InterruptedException stop) {
                throw new IllegalStateException(stop);
            }
        }
    }

    /** Steps that were answered. */
    int done() {
        return done.get();
    }

    /** How long the slowest answer took since the last call. */
    Duration slowest() {
        return Duration.ofNanos(slowest.getAndSet(0));
    }

    /** @return how far each clerk has come */
    List<Integer> finish() {
        finish = true;
        return working.stream().map(CompletableFuture::join).toList();
    }

    @Override
    public void close() {
        finish = true;
        threads.shutdownNow();
    }
}
