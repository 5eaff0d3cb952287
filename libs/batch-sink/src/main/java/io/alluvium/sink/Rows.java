package io.alluvium.sink;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The records of one batch on their way into a table: each is mapped to its row when a writer first asks for it, so that
 * the database is already busy with the first rows while the last are still being parsed. Writers mark the fate of
 * each. Not thread-safe: belongs to the thread that stores the batch.
 */
public final class Rows<R> {

    private final Content<R> content;
    private final int from;
    private final int size;

    /** Places in the content, where the rows do not lie side by side. */
    private final int @Nullable [] picked;

    private record Content<R>(
            List<ConsumerRecord<byte[], byte[]>> records,
            EventMapping<R> mapping,
            @Nullable Object[] rows,
            Fate[] fates,
            @Nullable DeadLetter[] dead) {}

    Rows(List<ConsumerRecord<byte[], byte[]>> records, EventMapping<R> mapping) {
        int n = records.size();
        this.content = new Content<>(records, mapping, new Object[n], new Fate[n], new DeadLetter[n]);
        this.from = 0;
        this.size = n;
        this.picked = null;
        java.util.Arrays.fill(content.fates, Fate.PENDING);
    }

    private Rows(Content<R> content, int from, int size, int @Nullable [] picked) {
        this.content = content;
        this.from = from;
        this.size = size;
        this.picked = picked;
    }

    private int at(int index) {
        int place = from + java.util.Objects.checkIndex(index, size);
        return picked == null ? place : picked[place];
    }

    public int size() {
        return size;
    }

    /** @return the row, or null where the record was refused by the mapping and is already {@link Fate#DEAD} */
    @SuppressWarnings("unchecked") // only rows of the mapping are put there
    public @Nullable R get(int index) {
        int at = at(index);
        if (content.rows[at] == null && content.dead[at] == null) {
            try {
                content.rows[at] = content.mapping.toRow(content.records.get(at));
            } catch (RejectedRecord rejected) {
                dead(index, rejected.reason(), null);
            } catch (RuntimeException defect) {
                // A record that the mapping cannot cope with must not stop its partition.
                dead(index, "the record could not be read: " + defect.getClass().getSimpleName(), null);
            }
        }
        return (R) content.rows[at];
    }

    public Fate fate(int index) {
        return content.fates[at(index)];
    }

    /** @return whether there is a row and no other row of the batch stands for it */
    boolean isToBeWritten(int index) {
        Fate fate = fate(index);
        return get(index) != null && fate != Fate.COLLAPSED && fate != Fate.DUPLICATE;
    }

    /** Notes what a write did with a row; a write that is undone is simply noted anew by the next attempt. */
    public void mark(int index, Fate fate) {
        content.fates[at(index)] = fate;
    }

    /** Marks every row that the mapping did not refuse. */
    public void markAll(Fate fate) {
        for (int i = 0; i < size; i++) {
            int at = at(i);
            if (content.dead[at] == null) {
                content.fates[at] = fate;
            }
        }
    }

    void dead(int index, String reason, @Nullable String sqlState) {
        int at = at(index);
        content.dead[at] = new DeadLetter(content.records.get(at), reason, sqlState);
        content.rows[at] = null;
        content.fates[at] = Fate.DEAD;
    }

    @Nullable
    DeadLetter deadLetter(int index) {
        return content.dead[at(index)];
    }

    ConsumerRecord<byte[], byte[]> polled(int index) {
        return content.records.get(at(index));
    }

    /** A view of a range: rows and fates are shared with the whole. */
    Rows<R> part(int start, int length) {
        java.util.Objects.checkFromIndexSize(start, length, size);
        return new Rows<>(content, from + start, length, picked);
    }

    /**
     * Views of the rows by kind, for a batch that goes into several tables: rows and fates are shared with the whole, and
     * the order is kept. Records that the mapping refuses are in none of them.
     */
    public <K> Map<K, Rows<R>> by(Function<R, K> kind) {
        Map<K, List<Integer>> places = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            R row = get(i);
            if (row != null) {
                places.computeIfAbsent(kind.apply(row), first -> new ArrayList<>())
                        .add(at(i));
            }
        }
        Map<K, Rows<R>> views = new LinkedHashMap<>();
        places.forEach((value, own) -> views.put(
                value,
                new Rows<>(
                        content,
                        0,
                        own.size(),
                        own.stream().mapToInt(Integer::intValue).toArray())));
        return views;
    }
}
