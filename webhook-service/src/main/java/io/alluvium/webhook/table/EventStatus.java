package io.alluvium.webhook.table;

import java.util.Locale;

/** How far the delivery of a stored event is. */
public enum EventStatus {
    /** Waits for its first or next attempt. */
    PENDING,
    /** A worker has it under a lease. */
    PROCESSING,
    /** Every route has taken it, or none wanted it. */
    COMPLETED,
    /** Somebody gave it up. */
    FAILED,
    /** All attempts failed, or one that is final; can be processed again. */
    DEAD_LETTER;

    /** As it is stored and shown. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
