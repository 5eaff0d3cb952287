package io.alluvium.webhook.delivery;

import io.alluvium.webhook.delivery.LaneResult.EventResult;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The events of one lane, one after the other: the next one begins when the one before is wholly settled. */
final class LaneRun {

    private static final Logger LOGGER = LoggerFactory.getLogger(LaneRun.class);

    /** Nothing of ours fails like that; if it does, the lane must not be tried again without a pause. */
    private static final Duration AFTER_THE_UNFORESEEN = Duration.ofSeconds(30);

    private final Lane lane;
    private final List<Route> routes;
    private final Clock clock;
    private final Duration longestRound;
    private final BooleanSupplier stopping;
    private final List<EventResult> results = new ArrayList<>();
    private final List<Attempt> attempts = new ArrayList<>();
    private final CompletableFuture<LaneResult> ended = new CompletableFuture<>();

    private LaneRun(Lane lane, List<Route> routes, Clock clock, Duration longestRound, BooleanSupplier stopping) {
        this.lane = lane;
        this.routes = routes;
        this.clock = clock;
        this.longestRound = longestRound;
        this.stopping = stopping;
    }

    /**
     * @param longestRound what one event may take: none is begun that could outlast the lease
     * @param stopping     asked before each event but the first
     * @return never fails
     */
    static CompletionStage<LaneResult> of(
            Lane lane, List<Route> routes, Clock clock, Duration longestRound, BooleanSupplier stopping) {
        LaneRun run = new LaneRun(lane, routes, clock, longestRound, stopping);
        run.next(0);
        return run.ended;
    }

    private void next(int index) {
        try {
            if (index == lane.events().size() || !hasTime() || index > 0 && stopping.getAsBoolean()) {
                end(null);
                return;
            }
            EventRound.of(lane.events().get(index), routes, clock).whenComplete((round, failure) -> {
                if (failure == null) {
                    went(round, index);
                } else {
                    unforeseen(failure);
                }
            });
        } catch (Throwable failure) { // whatever it is, the worker waits for an end
            unforeseen(failure);
        }
    }

    private void went(EventRound.Ended round, int index) {
        attempts.addAll(round.attempts());
        if (round.result() != null) {
            results.add(round.result());
        }
        if (round.pause() != null) {
            end(round.pause());
        } else {
            next(index + 1);
        }
    }

    private void unforeseen(Throwable failure) {
        LOGGER.atError().setCause(failure).log("a round of delivery broke off");
        end(AFTER_THE_UNFORESEEN);
    }

    private boolean hasTime() {
        return lane.endNanos() - System.nanoTime() > longestRound.toNanos();
    }

    private void end(@Nullable Duration pause) {
        ended.complete(new LaneResult(lane, List.copyOf(results), List.copyOf(attempts), pause));
    }
}
