package io.alluvium.webhook.token;

import io.alluvium.kit.DaemonThread;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What tokens are refreshed by. Each service has its own threads, so that one whose provider hangs delays no other. */
final class RefreshThreads {

    private static final Logger LOGGER = LoggerFactory.getLogger(RefreshThreads.class);

    /** Tokens of one service that are refreshed at one time; each waits for the provider. */
    static final int MOST_REFRESHES = 8;

    /** Tokens of one service that wait for their turn. */
    private static final int MOST_WAITING = 1000;

    private final Map<String, ThreadPoolExecutor> pools = new HashMap<>();
    private volatile boolean closing;

    /** @throws RejectedExecutionException when too many wait, or no more are taken at all */
    synchronized void execute(String service, Runnable refresh) {
        if (closing) {
            throw new RejectedExecutionException();
        }
        pools.computeIfAbsent(service, name -> pool()).execute(refresh);
    }

    private static ThreadPoolExecutor pool() {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                MOST_REFRESHES,
                MOST_REFRESHES,
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MOST_WAITING),
                new DaemonThread("token-refresh"));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Whether all threads of the service have to do, so that some refresh waits. */
    synchronized boolean areBusy(String service) {
        ThreadPoolExecutor pool = pools.get(service);
        // A queue alone says nothing: what an idle thread is about to take passes through it, too.
        return pool != null
                && pool.getActiveCount() >= MOST_REFRESHES
                && !pool.getQueue().isEmpty();
    }

    /** From then on nobody should begin to ask a provider. */
    boolean areClosing() {
        return closing;
    }

    /** Takes no more, and waits for what is under way: a new token that a provider just gave must be stored. */
    void close(Duration patience) {
        synchronized (this) {
            closing = true;
            pools.values().forEach(ThreadPoolExecutor::shutdown);
        }
        long deadline = System.nanoTime() + patience.toNanos();
        boolean isDone = true;
        try {
            for (ThreadPoolExecutor pool : pools.values()) {
                isDone &= pool.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            isDone = false;
        }
        if (!isDone) {
            LOGGER.error("stopped while tokens were being refreshed; a refresh token that changed just now is lost");
        }
    }
}
