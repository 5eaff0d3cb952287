package io.alluvium.sink;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/** How the outcome of a set-based statement becomes the fates of single rows. */
final class Fates {

    private Fates() {}

    /**
     * Marks every row whose event id an earlier row of the batch has.
     *
     * @return how many
     */
    static <R> int markRepeated(Rows<R> rows, Column.OfUuid<R> eventId) {
        Set<UUID> seen = new HashSet<>(rows.size() * 2);
        int repeated = 0;
        for (int i = 0; i < rows.size(); i++) {
            R row = rows.get(i);
            if (row != null) {
                boolean first = seen.add(eventId.value().apply(row));
                rows.mark(i, first ? Fate.PENDING : Fate.DUPLICATE);
                repeated += first ? 0 : 1;
            }
        }
        return repeated;
    }

    /**
     * Of the rows with one key the first counts as stored if the database inserted that key.
     *
     * @param inserted keys that the statement inserted; emptied
     * @return how many rows were duplicates
     */
    static <R, K> int markAppended(Rows<R> rows, Function<R, K> key, Set<K> inserted) {
        int duplicates = 0;
        for (int i = 0; i < rows.size(); i++) {
            R row = rows.get(i);
            if (row == null) {
                continue;
            }
            boolean stored = inserted.remove(key.apply(row));
            rows.mark(i, stored ? Fate.STORED : Fate.DUPLICATE);
            duplicates += stored ? 0 : 1;
        }
        return duplicates;
    }
}
