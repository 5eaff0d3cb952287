package io.alluvium.sink;

import java.util.Map;

/** What became of one batch. The consumer may acknowledge the batch unless the outcome is {@link Deferred}. */
public sealed interface BatchOutcome {

    /**
     * The batch is stored: each record is a row, a duplicate, collapsed or a dead letter, and the offsets say so.
     *
     * @param books of all records handed over; redeliveries of stored records count as duplicates
     * @param seeks partitions whose records were passed over because they do not continue what is stored: read them from
     *     these offsets
     */
    record Stored(Books books, Map<Integer, Long> seeks) implements BatchOutcome {}

    /**
     * Nothing is stored. The same batch may be handed over again later.
     *
     * @param kind   never {@link FailureKind#POISON}
     * @param reason for the operator
     */
    record Deferred(FailureKind kind, String reason, Exception cause) implements BatchOutcome {}
}
