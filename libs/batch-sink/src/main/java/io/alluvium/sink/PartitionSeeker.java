package io.alluvium.sink;

/** Moves the reading position of a consumer that feeds a sink. */
@FunctionalInterface
public interface PartitionSeeker {

    /** Returns when the position is moved, or at once when the partition is no longer the consumer's. */
    void seek(String consumer, int partition, long offset);
}
