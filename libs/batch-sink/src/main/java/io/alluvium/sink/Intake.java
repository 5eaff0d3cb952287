package io.alluvium.sink;

import io.alluvium.sink.PartitionCursors.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Sorts the records of a poll into those that continue what is stored, those that are stored, and those to be read again. */
final class Intake {

    private final List<ConsumerRecord<byte[], byte[]>> fresh;
    private final List<List<ConsumerRecord<byte[], byte[]>>> runs = new ArrayList<>();
    private final Map<Integer, Verdict> verdicts = new HashMap<>();
    private final Map<Integer, Long> seeks = new HashMap<>();
    private final Map<Integer, Long> positions = new HashMap<>();
    private long redelivered;

    /** @param stored the next offset of each partition, as locked in the database */
    Intake(PartitionCursors cursors, Map<Integer, Long> stored, List<ConsumerRecord<byte[], byte[]>> polled) {
        // A poll holds the records of a partition one after the other: things are looked up once for each run.
        int from = 0;
        while (from < polled.size()) {
            int partition = polled.get(from).partition();
            int to = from + 1;
            while (to < polled.size() && polled.get(to).partition() == partition) {
                to++;
            }
            sort(cursors, partition, stored.get(partition), polled.subList(from, to));
            from = to;
        }
        this.fresh = runs.size() == 1 ? runs.get(0) : InTime.merged(runs);
    }

    private void sort(PartitionCursors cursors, int partition, long next, List<ConsumerRecord<byte[], byte[]>> run) {
        Verdict verdict = verdicts.get(partition);
        if (verdict == null) {
            verdict = cursors.judge(partition, run.get(0).offset(), next);
            verdicts.put(partition, verdict);
        }
        if (verdict instanceof Verdict.Seek seek) {
            seeks.put(partition, seek.offset());
        } else if (verdict instanceof Verdict.Continues) {
            positions.put(partition, run.get(run.size() - 1).offset() + 1);
            int stored = 0;
            while (stored < run.size() && run.get(stored).offset() < next) {
                stored++;
            }
            redelivered += stored;
            if (stored < run.size()) {
                runs.add(run.subList(stored, run.size()));
            }
        }
    }

    /** Records that are not stored yet and continue what is, in the order of time as far as that of partitions allows. */
    List<ConsumerRecord<byte[], byte[]>> fresh() {
        return fresh;
    }

    /** Records below the stored offset; they are in the books of the database already. */
    Books redelivered() {
        return new Books(redelivered, 0, redelivered, 0, 0);
    }

    Map<Integer, Long> seeks() {
        return Map.copyOf(seeks);
    }

    /** Where each accepted partition goes on once the batch is committed. */
    Map<Integer, Long> positions() {
        return positions;
    }
}
