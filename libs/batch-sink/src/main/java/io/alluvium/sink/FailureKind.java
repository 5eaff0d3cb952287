package io.alluvium.sink;

/** What a failure of the database means for a batch. */
public enum FailureKind {
    /** Deadlock, lost connection, failover: the same batch may succeed later. */
    TRANSIENT,
    /** A row breaks a constraint or a type: it fails alone too, so isolate it. */
    POISON,
    /** Missing table, missing permission, full disk: no row can succeed, so pause and say why. */
    SYSTEMIC
}
