package io.alluvium.emitter.enginelog;

import java.util.Map;

/**
 * What a log has done since it was opened. Once all is quiet, {@code logged = acknowledged + waiting + dropped}, where
 * {@code acknowledged} also counts rows of an earlier run that were still waiting, and the rows that tell of dropped ones.
 * Alert when {@code dropped} grows.
 *
 * @param logged       calls
 * @param acknowledged rows that Kafka has
 * @param inMemory     rows in the ring at this moment
 * @param spilled      rows written to the spill file
 * @param waiting      rows in the spill file at this moment
 * @param dropped      rows that are lost, by table
 * @param ringFull     of these, since the ring was full
 * @param noRoom       of these, since the spill file was full or could not be written
 * @param refused      of these, since the row could not be stored as it was
 * @param closed       of these, since the log was closed
 */
public record EngineLogStatus(
        State state,
        long logged,
        long acknowledged,
        int inMemory,
        long spilled,
        long waiting,
        Map<LogTable, Long> dropped,
        long ringFull,
        long noRoom,
        long refused,
        long closed) {

    /** Where rows go. */
    public enum State {
        /** To Kafka. */
        SENDING,
        /** To the spill file, and from there to Kafka as soon as it is back. */
        SPILLING,
        CLOSED
    }

    public EngineLogStatus {
        dropped = Map.copyOf(dropped);
    }

    public long droppedInAll() {
        return dropped.values().stream().mapToLong(Long::longValue).sum();
    }
}
