package io.alluvium.sink;

/** What became of one polled record. Every record ends in exactly one of the last four. */
public enum Fate {
    /** Not decided yet: the transaction is still open. */
    PENDING,
    /** A row of the target table. */
    STORED,
    /** Its event was already stored: nothing was written. */
    DUPLICATE,
    /** A later record of the same batch holds the newer state of the same key: nothing was written for this one. */
    COLLAPSED,
    /** A row of {@code dead_letter}. */
    DEAD
}
