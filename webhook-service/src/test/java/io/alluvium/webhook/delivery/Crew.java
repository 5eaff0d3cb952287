package io.alluvium.webhook.delivery;

import static org.awaitility.Awaitility.await;

import io.alluvium.webhook.Storage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Workers of one process, with destinations that a test scripts. */
final class Crew implements AutoCloseable {

    static final RetrySchedule QUICK = new RetrySchedule(3, Duration.ofMillis(20), Duration.ofMillis(50), List.of());
    static final Duration NO_STOP = Duration.ofMillis(1);

    private final List<DeliveryWorker> workers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final DeliveryMetrics metrics = new DeliveryMetrics(new SimpleMeterRegistry(), Clock.systemUTC());

    Crew(Storage storage, String owner, int size, Duration lease, List<Route> routes) {
        this(storage, owner, size, lease, Duration.ofMillis(lease.toMillis() / 2), Duration.ofSeconds(10), routes);
    }

    Crew(
            Storage storage,
            String owner,
            int size,
            Duration lease,
            Duration longestRound,
            Duration stopTimeout,
            List<Route> routes) {
        DeliveryWorker.Settings settings =
                new DeliveryWorker.Settings(10, 200, Duration.ofMillis(20), longestRound, stopTimeout);
        for (int i = 0; i < size; i++) {
            DeliveryWorker worker = new DeliveryWorker(
                    new Lanes(storage.dataSource(), owner + "-" + i, lease),
                    new Settlement(storage.dataSource()),
                    routes,
                    settings,
                    metrics,
                    Clock.systemUTC());
            workers.add(worker);
            Thread thread = new Thread(worker, owner + "-" + i);
            threads.add(thread);
            thread.start();
        }
    }

    static Route route(String name, Destination destination) {
        return route(name, QUICK, 1_000, 0, 1_000, destination);
    }

    static Route route(
            String name, RetrySchedule schedule, int threshold, double rate, int concurrent, Destination destination) {
        return new Route(
                name,
                new Route.Filter(Set.of(), Set.of(), Set.of()),
                schedule,
                destination,
                new CircuitBreaker(
                        new CircuitBreaker.Settings(threshold, Duration.ofMillis(300), 3, 2), System::nanoTime),
                new RateLimit(rate, System::nanoTime),
                concurrent);
    }

    void awaitRunning() {
        await().until(() -> workers.stream().allMatch(worker -> worker.state().running()));
    }

    DeliveryMetrics.Figures figures() {
        return metrics.figures();
    }

    void stop() {
        workers.forEach(DeliveryWorker::stop);
    }

    @Override
    public void close() {
        stop();
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
