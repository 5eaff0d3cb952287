package io.alluvium.sink;

/**
 * What a batch adds to one partition.
 *
 * @param nextOffset where the partition goes on once the batch is stored
 * @param books      of the records that had not been stored before
 */
record Slice(long nextOffset, Books books) {}
