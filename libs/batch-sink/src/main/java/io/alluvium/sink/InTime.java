package io.alluvium.sink;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The records of several partitions as they were written, oldest first. A poll brings one partition after the other, each
 * with the same stretch of time; rows that are inserted in the order of time find their place in indexes at the end.
 */
final class InTime {

    /** A partition, of which the next record is known. */
    private static final class Run {

        private final Iterator<ConsumerRecord<byte[], byte[]>> rest;
        private final int rank;
        private ConsumerRecord<byte[], byte[]> next;

        Run(List<ConsumerRecord<byte[], byte[]>> records, int rank) {
            this.rest = records.iterator();
            this.rank = rank;
            this.next = rest.next();
        }

        boolean hasMoved() {
            if (!rest.hasNext()) {
                return false;
            }
            next = rest.next();
            return true;
        }
    }

    private static final Comparator<Run> OLDEST_FIRST =
            Comparator.<Run>comparingLong(run -> run.next.timestamp()).thenComparingInt(run -> run.rank);

    private InTime() {}

    /**
     * @param runs none of them empty, each of one partition in the order of its offsets
     * @return all of them; those of each run in their order, whatever their times say
     */
    static List<ConsumerRecord<byte[], byte[]>> merged(List<List<ConsumerRecord<byte[], byte[]>>> runs) {
        PriorityQueue<Run> heads = new PriorityQueue<>(Math.max(1, runs.size()), OLDEST_FIRST);
        int size = 0;
        for (List<ConsumerRecord<byte[], byte[]>> run : runs) {
            heads.add(new Run(run, heads.size()));
            size += run.size();
        }
        List<ConsumerRecord<byte[], byte[]>> merged = new ArrayList<>(size);
        for (Run oldest = heads.poll(); oldest != null; oldest = heads.poll()) {
            merged.add(oldest.next);
            if (oldest.hasMoved()) {
                heads.add(oldest);
            }
        }
        return merged;
    }
}
