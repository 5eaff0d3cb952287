package io.alluvium.webhook.delivery;

import io.alluvium.webhook.delivery.LaneResult.EventResult;
import io.alluvium.webhook.delivery.RouteProgress.State;
import io.alluvium.webhook.table.EventStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** One event's turn: every route that wants it, has not had it and is due gets one attempt, all at the same time. */
final class EventRound {

    /** Clocks of several machines and of the database differ a little. */
    private static final Duration SLACK = Duration.ofMillis(100);

    /**
     * What came of it.
     *
     * @param result null when nothing changed: there was no attempt that counts
     * @param pause  until the next round; null when there is none
     */
    record Ended(@Nullable EventResult result, List<Attempt> attempts, @Nullable Duration pause) {}

    private final StoredEvent event;
    private final Clock clock;
    private final long began = System.nanoTime();
    private final Map<String, RouteProgress> progress;
    private final List<Attempt> attempts = new ArrayList<>();
    private @Nullable Duration pause;
    private @Nullable String error;
    private boolean changed;

    private EventRound(StoredEvent event, Map<String, RouteProgress> progress, Clock clock) {
        this.event = event;
        this.clock = clock;
        this.progress = progress;
    }

    /** @return never fails */
    static CompletionStage<Ended> of(StoredEvent event, List<Route> routes, Clock clock) {
        Map<String, RouteProgress> progress = RouteProgress.read(event.routes()).orElse(null);
        if (progress == null) {
            return CompletableFuture.completedFuture(unreadable(event));
        }
        EventRound round = new EventRound(event, progress, clock);
        List<Route> wanting =
                routes.stream().filter(route -> route.wants(event)).toList();
        CompletableFuture<?>[] tries = wanting.stream().map(round::attempt).toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(tries).thenApply(all -> round.end(wanting));
    }

    /** Nobody knows who has had it: for a person to decide. Processed again, it goes to every route. */
    private static Ended unreadable(StoredEvent event) {
        String reason = "what is kept of its routes cannot be read";
        EventResult dead =
                new EventResult(event, EventStatus.DEAD_LETTER, event.attempts(), reason, null, Duration.ZERO);
        return new Ended(dead, List.of(), null);
    }

    private CompletableFuture<Void> attempt(Route route) {
        RouteProgress before = progress(route);
        if (before.state() != State.WAITING) {
            return CompletableFuture.completedFuture(null);
        }
        Instant started = clock.instant();
        if (before.due() != null && before.due().isAfter(started.plus(SLACK))) {
            waitFor(Duration.between(started, before.due()));
            return CompletableFuture.completedFuture(null);
        }
        long nanos = System.nanoTime();
        return route.deliver(event)
                .thenAccept(answer -> {
                    Duration took = Duration.ofNanos(System.nanoTime() - nanos);
                    answered(route, before, answer, started, took);
                })
                .toCompletableFuture();
    }

    private synchronized void answered(
            Route route, RouteProgress before, Answer answer, Instant started, Duration took) {
        int number = before.attempts() + 1;
        if (answer instanceof Answer.Later later) {
            waitFor(later.pause());
        } else if (answer instanceof Answer.Delivered delivered) {
            keep(route, new RouteProgress(State.DONE, number, null));
            attempts.add(new Attempt(
                    event.seq(),
                    route.name(),
                    number,
                    started,
                    took,
                    Attempt.Outcome.DELIVERED,
                    delivered.httpStatus(),
                    delivered.note()));
        } else if (answer instanceof Answer.Refused refused) {
            dead(route, number, refused.reason());
            attempts.add(new Attempt(
                    event.seq(),
                    route.name(),
                    number,
                    started,
                    took,
                    Attempt.Outcome.REFUSED,
                    refused.httpStatus(),
                    refused.reason()));
        } else if (answer instanceof Answer.Failed failed) {
            failed(route, number, failed);
            attempts.add(new Attempt(
                    event.seq(),
                    route.name(),
                    number,
                    started,
                    took,
                    Attempt.Outcome.FAILED,
                    failed.httpStatus(),
                    failed.reason()));
        }
    }

    private void failed(Route route, int number, Answer.Failed failed) {
        Duration delay = route.schedule()
                .delayAfter(number, failed.retryAfter(), ThreadLocalRandom.current())
                .orElse(null);
        if (delay == null) {
            dead(route, number, failed.reason());
            return;
        }
        error = route.name() + ": " + failed.reason();
        keep(route, new RouteProgress(State.WAITING, number, clock.instant().plus(delay)));
        waitFor(delay);
    }

    private void dead(Route route, int number, String reason) {
        error = route.name() + ": " + reason;
        keep(route, new RouteProgress(State.DEAD, number, null));
    }

    private void keep(Route route, RouteProgress now) {
        progress.put(route.name(), now);
        changed = true;
    }

    private synchronized void waitFor(Duration time) {
        pause = pause == null || pause.compareTo(time) > 0 ? time : pause;
    }

    private synchronized Ended end(List<Route> wanting) {
        if (!changed && pause != null) {
            return new Ended(null, attempts, pause);
        }
        int rounds = event.attempts() + (attempts.isEmpty() ? 0 : 1);
        if (pause != null) {
            return new Ended(
                    new EventResult(event, EventStatus.PENDING, rounds, error, RouteProgress.write(progress), took()),
                    attempts,
                    pause);
        }
        boolean dead = wanting.stream().anyMatch(route -> progress(route).state() == State.DEAD);
        EventStatus status = dead ? EventStatus.DEAD_LETTER : EventStatus.COMPLETED;
        // Of a dead letter it is kept who has it, for the day it is processed again.
        String kept = dead ? RouteProgress.write(progress) : null;
        return new Ended(new EventResult(event, status, rounds, error, kept, took()), attempts, null);
    }

    private Duration took() {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /** Synchronized, since the route before may be answering already. */
    private synchronized RouteProgress progress(Route route) {
        return progress.getOrDefault(route.name(), RouteProgress.NEW);
    }
}
