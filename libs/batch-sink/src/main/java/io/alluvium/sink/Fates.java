package io.alluvium.sink;

import java.util.Set;
import java.util.UUID;

/** How the outcome of a set-based statement becomes the fates of single rows. */
final class Fates {

    private Fates() {}

    /**
     * Of the rows with one event id the first counts as stored if the database inserted that id.
     *
     * @param inserted ids that the statement inserted; emptied
     * @return how many rows were duplicates
     */
    static <R> int markAppended(Rows<R> rows, Column.OfUuid<R> eventId, Set<UUID> inserted) {
        int duplicates = 0;
        for (int i = 0; i < rows.size(); i++) {
            R row = rows.get(i);
            if (row == null) {
                continue;
            }
            boolean stored = inserted.remove(eventId.value().apply(row));
            rows.mark(i, stored ? Fate.STORED : Fate.DUPLICATE);
            duplicates += stored ? 0 : 1;
        }
        return duplicates;
    }
}
