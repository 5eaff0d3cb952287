package io.alluvium.sink;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Knows, for each partition that this consumer reads, which offset the next records continue from. Records are taken only
 * as the continuation of what the database holds; where they are not (nothing is known yet, the database went back to an
 * older state, the topic is another one), the consumer is sent back to the database's offset, and what it had already
 * read ahead is passed over. Offsets may have gaps (compaction, transaction markers), so a jump alone proves nothing:
 * that is why the reading position itself is tracked. Thread-safe: assignments arrive on the polling thread.
 */
final class PartitionCursors {

    /** How long read-ahead records may keep arriving after a seek before it is asked for again. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final long NOT_WAITING = Long.MAX_VALUE;

    /**
     * @param expected  every record from here on has been or will be handed over
     * @param resumesAt after a seek, a record that exists at this offset: what begins later was read before the seek
     * @param since     when the seek was asked for, in nanoseconds
     */
    private record Cursor(long expected, long resumesAt, long since) {}

    /** What to do with the records of one partition. */
    sealed interface Verdict {
        /** They continue what is stored: those below the stored offset are redeliveries, the others are new. */
        record Continues() implements Verdict {}

        /** They were read before a seek and will come again: leave them alone. */
        record ReadAhead() implements Verdict {}

        /** Nothing may be said about what lies before them: read from the stored offset, these come again. */
        record Seek(long offset) implements Verdict {}
    }

    private final LongSupplier nanoTime;
    private final Map<Integer, Cursor> cursors = new HashMap<>();
    private @Nullable UUID topicId;

    PartitionCursors(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** @return the id of the topic that the cursors are about; null while it is not known */
    synchronized @Nullable UUID topicId() {
        return topicId;
    }

    /** Names the topic; nothing that was known about another one is of use. */
    synchronized void topic(UUID id) {
        if (!id.equals(topicId)) {
            topicId = id;
            cursors.clear();
        }
    }

    /** The consumer reads these partitions from here, and has read nothing of them before. */
    synchronized void assigned(UUID ofTopic, Map<Integer, Long> positions) {
        topic(ofTopic);
        positions.forEach((partition, offset) -> cursors.put(partition, new Cursor(offset, NOT_WAITING, 0)));
    }

    synchronized void forget(Collection<Integer> partitions) {
        partitions.forEach(cursors::remove);
    }

    /**
     * @param first  offset of the first record of the partition in this batch
     * @param stored offset that the database expects next
     */
    synchronized Verdict judge(int partition, long first, long stored) {
        Cursor cursor = cursors.get(partition);
        if (cursor != null && cursor.resumesAt < first && !outOfPatience(cursor)) {
            return new Verdict.ReadAhead();
        }
        if (cursor == null || cursor.resumesAt < first || stored < cursor.expected) {
            cursors.put(partition, new Cursor(stored, first, nanoTime.getAsLong()));
            return new Verdict.Seek(stored);
        }
        return new Verdict.Continues();
    }

    private boolean outOfPatience(Cursor cursor) {
        return nanoTime.getAsLong() - cursor.since > PATIENCE.toNanos();
    }

    /** The batch is committed: the partition goes on at {@code next}, unless it was taken away meanwhile. */
    synchronized void advance(UUID ofTopic, int partition, long next) {
        if (ofTopic.equals(topicId) && cursors.containsKey(partition)) {
            cursors.put(partition, new Cursor(next, NOT_WAITING, 0));
        }
    }
}
