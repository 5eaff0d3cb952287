package io.alluvium.kit.operations;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the broker holds of a topic, or why that is not known.
 *
 * @param topicId null where it is not known
 * @param problem a sentence; null where the broker answered
 * @param missing whether the broker answered that there is no such topic
 */
record TopicExtent(
        @Nullable UUID topicId, SortedMap<Integer, Range> partitions, @Nullable String problem, boolean missing) {

    /**
     * @param start the first offset that is still there
     * @param end   the offset that the next record gets
     */
    record Range(long start, long end) {

        /** How many offsets from the stored one on are still to be read. */
        long lag(@Nullable Long stored) {
            return stored == null ? end - start : Math.max(0, end - Math.max(stored, start));
        }
    }

    TopicExtent {
        partitions = Collections.unmodifiableSortedMap(new TreeMap<>(partitions));
    }

    static TopicExtent unknown(String problem) {
        return new TopicExtent(null, Collections.emptySortedMap(), problem, false);
    }

    static TopicExtent missing(String topic) {
        return new TopicExtent(null, Collections.emptySortedMap(), "there is no topic " + topic, true);
    }
}
