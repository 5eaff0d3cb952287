package io.alluvium.sink;

/**
 * What became of the records of a partition, a batch or a sink: {@code polled = stored + duplicate + collapsed + dead},
 * always.
 */
public record Books(long polled, long stored, long duplicate, long collapsed, long dead) {

    public static final Books EMPTY = new Books(0, 0, 0, 0, 0);

    public boolean balanced() {
        return polled == stored + duplicate + collapsed + dead;
    }

    public Books plus(Books other) {
        return new Books(
                polled + other.polled,
                stored + other.stored,
                duplicate + other.duplicate,
                collapsed + other.collapsed,
                dead + other.dead);
    }

    /** @param counts records by the ordinal of their {@link Fate} */
    static Books of(long[] counts) {
        if (counts[Fate.PENDING.ordinal()] > 0) {
            throw new IllegalStateException("a writer returned without deciding the fate of a row");
        }
        long stored = counts[Fate.STORED.ordinal()];
        long duplicate = counts[Fate.DUPLICATE.ordinal()];
        long collapsed = counts[Fate.COLLAPSED.ordinal()];
        long dead = counts[Fate.DEAD.ordinal()];
        return new Books(stored + duplicate + collapsed + dead, stored, duplicate, collapsed, dead);
    }
}
