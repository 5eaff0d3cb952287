package io.alluvium.emitter.enginelog;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One row on its way. Filled by the caller, handed over by {@link LogRing}, from then on the sender's alone. */
final class LogEntry {

    final LogTable table;

    /** One for each column: what the caller gave, and after {@link #settle} what is stored. */
    final @Nullable Object[] cells;

    Instant loggedAt = Instant.EPOCH;

    /** What the row tells of rows that were dropped; null for rows of the engine. */
    LogDrops.@Nullable Report report;

    private @Nullable UUID id;
    private @Nullable UUID instance;

    LogEntry(LogTable table) {
        this.table = table;
        this.cells = new Object[table.columns().size()];
    }

    void set(int column, @Nullable Object value) {
        cells[column] = value;
    }

    UUID id() {
        return java.util.Objects.requireNonNull(id, "not settled");
    }

    UUID instance() {
        return java.util.Objects.requireNonNull(instance, "not settled");
    }

    /** Gives the row its identity. */
    LogEntry identify(UUID eventId, UUID engineInstance) {
        id = eventId;
        instance = engineInstance;
        return this;
    }

    /**
     * Checks every value, off the caller's thread.
     *
     * @throws IllegalArgumentException naming the column that cannot be stored
     */
    void settle() {
        for (int i = 0; i < cells.length; i++) {
            Object value = cells[i];
            if (value != null) {
                cells[i] = table.columns().get(i).accept(value);
            }
        }
        int added = table.indexOf("dt_added");
        if (added >= 0 && cells[added] == null) {
            cells[added] = loggedAt;
        }
    }

    /** What must stay in order: the recording, else the connection, else the process, else the run of the engine. */
    String key() {
        for (String column : new String[] {"recording_id", "websocket_connection_id", "process_id"}) {
            int index = table.indexOf(column);
            if (index >= 0 && cells[index] != null) {
                return String.valueOf(cells[index]);
            }
        }
        return instance().toString();
    }
}
