package io.alluvium.kit.operations;

import io.alluvium.sink.Books;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * How far one sink is. What this replica does comes from its memory, what is stored from the database, and where the
 * topic ends from the broker; where one of them does not answer the others are told all the same.
 *
 * @param since           when this replica came into the state; null where it runs no sink
 * @param rowsPerSecond   stored by this replica over the last ten seconds
 * @param books           of the topic since it exists, over restarts and replicas; null while the database does not answer
 * @param pending         records in the topic that are not stored yet; null while broker or database do not answer
 * @param lastCommitAt    when a batch was last stored, by whichever replica
 * @param brokerProblem   why the broker's part is missing
 * @param databaseProblem why the database's part is missing
 */
public record SinkReport(
        String topic,
        State state,
        @Nullable String reason,
        @Nullable Instant since,
        @Nullable Double rowsPerSecond,
        @Nullable LastBatch lastBatch,
        @Nullable Tally books,
        @Nullable Long pending,
        @Nullable Instant lastCommitAt,
        @Nullable String brokerProblem,
        @Nullable String databaseProblem,
        List<Partition> partitions) {

    /** What the sink of this replica does. */
    @Schema(
            description =
                    "STARTING: no batch has come yet. RUNNING: the last batch was stored. RETRYING: a failure that may"
                            + " pass by itself. PAUSED: something must be mended, see reason. STOPPED. ELSEWHERE: not run by this replica")
    public enum State {
        STARTING,
        RUNNING,
        RETRYING,
        PAUSED,
        STOPPED,
        ELSEWHERE
    }

    /**
     * @param size   records of the batch
     * @param tookMs from being read to being stored, all attempts included
     */
    public record LastBatch(Instant at, int size, double tookMs) {}

    /**
     * @param storedOffset the first offset that is not stored yet; null where nothing of the partition was ever read
     * @param lag          offsets still to be read; transaction markers and compacted records count, though no row comes of them
     * @param updatedAt    when it last went on
     */
    public record Partition(
            int partition,
            @Nullable Long storedOffset,
            @Nullable Long endOffset,
            @Nullable Long lag,
            @Nullable Tally books,
            @Nullable Instant updatedAt) {}

    /** What became of the records: {@code polled = stored + duplicate + collapsed + dead}. */
    public record Tally(long polled, long stored, long duplicate, long collapsed, long dead, boolean balanced) {

        static Tally of(Books books) {
            return new Tally(
                    books.polled(),
                    books.stored(),
                    books.duplicate(),
                    books.collapsed(),
                    books.dead(),
                    books.balanced());
        }
    }

    public SinkReport {
        partitions = List.copyOf(partitions);
    }
}
