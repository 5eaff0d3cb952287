package io.alluvium.emitter.enginelog;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A bounded queue of many writers and one reader that nobody ever waits at: a writer claims a place by one
 * compare-and-set and fills it, and where there is no place it is told so.
 */
final class LogRing {

    private final AtomicReferenceArray<LogEntry> places;
    private final int mask;

    /** Next place to claim. */
    private final AtomicLong tail = new AtomicLong();

    /** First place that may still be taken; all before it are free again. Written by the reader alone. */
    private final AtomicLong head = new AtomicLong();

    /** What writers last saw of {@link #head}: most of them need not ask the reader's cache line. */
    private volatile long headSeen;

    /** @param capacity rounded up to a power of two */
    LogRing(int capacity) {
        int size = Integer.highestOneBit(Math.max(2, capacity) - 1) << 1;
        this.places = new AtomicReferenceArray<>(size);
        this.mask = size - 1;
    }

    /** @return false when the ring is full */
    boolean offer(LogEntry entry) {
        long claimed;
        do {
            claimed = tail.get();
            if (claimed - headSeen > mask) {
                headSeen = head.get();
                if (claimed - headSeen > mask) {
                    return false;
                }
            }
        } while (!tail.compareAndSet(claimed, claimed + 1));
        places.setRelease((int) claimed & mask, entry);
        return true;
    }

    /**
     * Takes what is there, in the order of claiming, up to a place that is claimed and not filled yet.
     *
     * @return how many were added to {@code taken}
     */
    int drain(List<LogEntry> taken, int most) {
        long from = head.getPlain();
        int count = 0;
        while (count < most) {
            int place = (int) (from + count) & mask;
            LogEntry entry = places.getAcquire(place);
            if (entry == null) {
                break;
            }
            places.setPlain(place, null);
            taken.add(entry);
            count++;
        }
        head.setRelease(from + count);
        return count;
    }

    /** At this moment, more or less. */
    int size() {
        return (int) Math.max(0, Math.min(tail.get() - head.get(), mask + 1L));
    }

    /** How many were ever taken in. */
    long offered() {
        return tail.get();
    }
}
