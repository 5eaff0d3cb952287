package io.alluvium.webhook.delivery;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** A destination and what protects it from us: at most so many at once, so many a second, and none while it is down. */
final class Route {

    /** What lies between the visits of those who wait for a circuit, at least. */
    private static final Duration APART = Duration.ofSeconds(1);

    /** Which events it is for; an empty set stands for all. */
    record Filter(Set<String> sources, Set<String> types, Set<String> modules) {

        Filter {
            sources = Set.copyOf(sources);
            types = Set.copyOf(types);
            modules = Set.copyOf(modules);
        }

        boolean matches(StoredEvent event) {
            return matches(sources, event.source())
                    && matches(types, event.eventType())
                    && matches(modules, event.module());
        }

        private static boolean matches(Set<String> wanted, @Nullable String value) {
            return wanted.isEmpty() || value != null && wanted.contains(value);
        }
    }

    private final String name;
    private final Filter filter;
    private final RetrySchedule schedule;
    private final Destination destination;
    private final CircuitBreaker circuit;
    private final RateLimit rate;
    private final Semaphore concurrent;
    private final Turns turns;

    Route(
            String name,
            Filter filter,
            RetrySchedule schedule,
            Destination destination,
            CircuitBreaker circuit,
            RateLimit rate,
            int maxConcurrent) {
        this.name = name;
        this.filter = filter;
        this.schedule = schedule;
        this.destination = destination;
        this.circuit = circuit;
        this.rate = rate;
        this.concurrent = new Semaphore(maxConcurrent);
        this.turns = new Turns(maxConcurrent, System::nanoTime);
    }

    String name() {
        return name;
    }

    RetrySchedule schedule() {
        return schedule;
    }

    CircuitBreaker circuit() {
        return circuit;
    }

    boolean wants(StoredEvent event) {
        return filter.matches(event);
    }

    /** @return never fails */
    CompletionStage<Answer> deliver(StoredEvent event) {
        if (!concurrent.tryAcquire()) {
            return later("as many as may be are under way", turns.next());
        }
        Optional<Integer> permit = circuit.permit();
        if (permit.isEmpty()) {
            concurrent.release();
            Duration open = circuit.openFor();
            Duration spread = longer(open.dividedBy(4), APART);
            return later(
                    "the circuit is open",
                    open.isZero() ? longer(jittered(APART), turns.next()) : open.plus(jittered(spread)));
        }
        Duration empty = rate.take();
        if (!empty.isZero()) {
            circuit.unused(permit.get());
            concurrent.release();
            return later("the rate is reached", empty);
        }
        long began = System.nanoTime();
        return attempt(event).handle((answer, failure) -> {
            concurrent.release();
            turns.ended(System.nanoTime() - began, concurrent.availablePermits());
            Answer settled = failure == null
                    ? answer
                    : new Answer.Failed("failed: " + failure.getClass().getSimpleName(), null, false, null);
            report(settled, permit.get());
            return settled;
        });
    }

    private static CompletionStage<Answer> later(String reason, Duration pause) {
        return CompletableFuture.completedFuture(new Answer.Later(reason, pause));
    }

    private CompletionStage<Answer> attempt(StoredEvent event) {
        try {
            return destination.deliver(event);
        } catch (Throwable failure) { // also an Error must give back the place and the permit
            return CompletableFuture.failedFuture(failure);
        }
    }

    private void report(Answer answer, int permit) {
        if (answer instanceof Answer.Later || answer instanceof Answer.Failed failed && failed.down()) {
            circuit.failed(permit);
        } else {
            circuit.succeeded(permit);
        }
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** So that all who wait for one thing do not come back in one moment. */
    private static Duration jittered(Duration pause) {
        return Duration.ofMillis(
                (long) (pause.toMillis() * (0.5 + ThreadLocalRandom.current().nextDouble())));
    }
}
