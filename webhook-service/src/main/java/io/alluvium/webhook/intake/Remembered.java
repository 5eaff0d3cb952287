package io.alluvium.webhook.intake;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What this process has accepted of late, by id, by material and by record. Bounded: of two halves the older is forgotten
 * when the younger is full. Thread-safe.
 */
final class Remembered {

    /**
     * @param eventId  the delivery's when it was accepted
     * @param material the delivery's
     */
    record Seen(String eventId, String material, Instant at) {}

    private final int half;
    private volatile Map<String, Seen> young = new ConcurrentHashMap<>();
    private volatile Map<String, Seen> old = Map.of();

    /** @param most entries, about */
    Remembered(int most) {
        this.half = Math.max(1, most / 2);
    }

    @Nullable
    Seen find(String key) {
        Seen seen = young.get(key);
        return seen == null ? old.get(key) : seen;
    }

    void add(String key, Seen seen) {
        young.put(key, seen);
        if (young.size() > half) {
            turn();
        }
    }

    synchronized void clear() {
        old = Map.of();
        young = new ConcurrentHashMap<>();
    }

    private synchronized void turn() {
        if (young.size() > half) {
            old = young;
            young = new ConcurrentHashMap<>();
        }
    }
}
