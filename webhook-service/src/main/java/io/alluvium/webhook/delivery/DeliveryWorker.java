package io.alluvium.webhook.delivery;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes lanes, begins them, and settles what has ended: while one batch is under way the one before is written. A slow
 * destination holds up its own records only. One thread runs it; the others only ask how it is.
 */
final class DeliveryWorker implements Runnable {

    private static final Logger LOGGER = LoggerFactory.getLogger(DeliveryWorker.class);

    /** How long a batch waits for its last answers, so that they are settled together. */
    private static final Duration LINGER = Duration.ofMillis(10);

    private static final int MOST_AT_ONCE = 500;
    private static final long MAX_BATCH_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final long MIN_BACKOFF = 100;
    private static final long MAX_BACKOFF = 5_000;

    /**
     * @param longestRound the longest timeout of a route, and what is needed around it
     * @param stopTimeout  for the answers that are under way when it is to stop
     */
    record Settings(
            int batchSize, int maxInFlight, Duration pollInterval, Duration longestRound, Duration stopTimeout) {}

    /** @param since when it began to fail; null while all is well */
    record State(boolean running, @Nullable Instant since, @Nullable String reason) {}

    /** What one claim took. */
    private static final class Batch {

        private final long began;
        private int open;

        Batch(long began, int open) {
            this.began = began;
            this.open = open;
        }
    }

    private final Lanes lanes;
    private final Settlement settlement;
    private final List<Route> routes;
    private final Settings settings;
    private final DeliveryMetrics metrics;
    private final Clock clock;

    private final BlockingQueue<LaneResult> ended = new LinkedBlockingQueue<>();
    private final List<LaneResult> unsettled = new ArrayList<>();
    /** By the lease of their claim: those of which not all lanes are settled. */
    private final Map<UUID, Batch> batches = new HashMap<>();

    /** Those that are begun and have not ended. Compared by identity: a lane may be taken a second time. */
    private final Set<Lane> inFlight = Collections.newSetFromMap(new IdentityHashMap<>());

    private int size;
    private boolean more;
    private long backoff = MIN_BACKOFF;
    private long stopBy;

    private volatile boolean stopping;
    private volatile State state = new State(false, null, null);

    DeliveryWorker(
            Lanes lanes,
            Settlement settlement,
            List<Route> routes,
            Settings settings,
            DeliveryMetrics metrics,
            Clock clock) {
        this.lanes = lanes;
        this.settlement = settlement;
        this.routes = List.copyOf(routes);
        this.settings = settings;
        this.metrics = metrics;
        this.clock = clock;
        this.size = settings.batchSize();
    }

    State state() {
        return state;
    }

    /** Begins nothing more; {@link #run()} returns when what is under way has ended, or after the stop timeout. */
    void stop() {
        stopBy = System.nanoTime() + settings.stopTimeout().toNanos();
        stopping = true;
    }

    @Override
    public void run() {
        state = new State(true, null, null);
        try {
            while (!stopping || (!inFlight.isEmpty() || !unsettled.isEmpty()) && System.nanoTime() - stopBy < 0) {
                turn();
            }
        } catch (InterruptedException given) {
            Thread.currentThread().interrupt();
        } finally {
            state = new State(false, null, null);
        }
    }

    private void turn() throws InterruptedException {
        try {
            // Where more is due, it is under way while the batch before is written; else writing comes first.
            int settled = more ? 0 : settle();
            int begun = stopping ? 0 : begin();
            settled += settle();
            healthy();
            if (begun == 0 && settled == 0 || !inFlight.isEmpty()) {
                collect(begun == 0 ? settings.pollInterval() : LINGER);
            }
        } catch (InterruptedException interrupted) {
            throw interrupted;
        } catch (Throwable failure) { // a worker that ended would be missed by nobody but a health check
            failed(failure);
            Thread.sleep(backoff);
            backoff = Math.min(backoff * 2, MAX_BACKOFF);
        }
    }

    private int begin() throws SQLException {
        // What cannot be settled counts too: were it not so, results would pile up.
        int free = settings.maxInFlight() - inFlight.size() - unsettled.size();
        if (free <= 0) {
            more = false;
            writeOff();
            return 0;
        }
        // When a destination is left alone, its records are put off in larger portions than they would be delivered in.
        int each = size > settings.batchSize() ? 1 : settings.batchSize();
        int most = Math.min(size, free);
        long began = System.nanoTime();
        List<Lane> taken = lanes.claim(most, each);
        more = taken.size() == most;
        if (taken.isEmpty()) {
            return 0;
        }
        batches.put(taken.get(0).lease(), new Batch(began, taken.size()));
        for (Lane lane : taken) {
            inFlight.add(lane);
            LaneRun.of(lane, routes, clock, settings.longestRound(), () -> stopping)
                    .thenAccept(ended::add);
        }
        return taken.size();
    }

    /** A run that outlasts its lease will never end: its lane is for others, and its place must not be lost. */
    private void writeOff() {
        int before = inFlight.size();
        inFlight.removeIf(lane -> lane.endNanos() - System.nanoTime() < 0);
        if (inFlight.size() < before) {
            LOGGER.atWarn()
                    .addKeyValue("records", before - inFlight.size())
                    .log("deliveries have not ended within their lease");
        }
    }

    private int settle() throws SQLException {
        batches.values().removeIf(batch -> System.nanoTime() - batch.began > MAX_BATCH_NANOS);
        if (unsettled.isEmpty()) {
            return 0;
        }
        metrics.settled(settlement.settle(unsettled));
        long putOff = unsettled.stream()
                .filter(result -> result.attempts().isEmpty() && result.pause() != null)
                .count();
        size = putOff * 2 > unsettled.size() ? Math.min(size * 2, MOST_AT_ONCE) : settings.batchSize();
        int settled = unsettled.size();
        unsettled.forEach(this::count);
        unsettled.clear();
        return settled;
    }

    private void count(LaneResult result) {
        UUID claim = result.lane().lease();
        Batch batch = batches.get(claim);
        if (batch != null && --batch.open == 0) {
            batches.remove(claim);
            metrics.batch(Duration.ofNanos(System.nanoTime() - batch.began));
        }
    }

    private void collect(Duration patience) throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        do {
            LaneResult result = ended.poll(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
            if (result == null) {
                return;
            }
            inFlight.remove(result.lane());
            unsettled.add(result);
            until = Math.min(until, System.nanoTime() + LINGER.toNanos());
        } while (!inFlight.isEmpty());
    }

    private void healthy() {
        if (state.since() != null) {
            LOGGER.atInfo().addKeyValue("since", state.since()).log("delivery goes on");
            state = new State(true, null, null);
        }
        backoff = MIN_BACKOFF;
    }

    private void failed(Throwable failure) {
        if (state.since() == null) {
            LOGGER.atWarn().setCause(failure).log("delivery pauses");
            state = new State(true, clock.instant(), failure.getClass().getSimpleName());
        }
    }
}
