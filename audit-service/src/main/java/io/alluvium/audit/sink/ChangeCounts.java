package io.alluvium.audit.sink;

import io.alluvium.audit.table.ChangeRow;
import io.alluvium.sink.Fate;
import io.alluvium.sink.Rows;
import io.alluvium.sink.SinkDatabase;
import io.alluvium.sink.SinkTransaction;
import io.alluvium.sink.Utf8;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;

/** Keeps {@code change_count}: how many changes per day, entity type, operation and user, for dashboards. */
final class ChangeCounts {

    private static final long MICROS_PER_DAY = 86_400_000_000L;
    private static final Utf8 NOBODY = Utf8.of("");

    /** One counter. */
    record Key(long epochDay, Utf8 entityType, Utf8 operation, Utf8 changedBy, int partition) {
        LocalDate day() {
            return LocalDate.ofEpochDay(epochDay);
        }
    }

    /** Adds to the counters of a database, some of which may not be there yet. */
    @FunctionalInterface
    interface Adding {
        void add(SinkTransaction transaction, Map<Key, Integer> counts) throws SQLException;
    }

    private final Adding adding;

    ChangeCounts(SinkDatabase database) {
        this.adding = switch (database) {
            case POSTGRESQL -> new PostgresChangeCounts();
            case SQLSERVER -> new SqlServerChangeCounts();
        };
    }

    /** Counts the rows that were stored, and only those. */
    void add(SinkTransaction transaction, Rows<ChangeRow> rows) throws SQLException {
        Map<Key, Integer> counts = new HashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            ChangeRow row = rows.get(i);
            if (row != null && rows.fate(i) == Fate.STORED) {
                counts.merge(key(row), 1, Integer::sum);
            }
        }
        if (!counts.isEmpty()) {
            adding.add(transaction, counts);
        }
    }

    private static Key key(ChangeRow row) {
        return new Key(
                Math.floorDiv(row.changedAt(), MICROS_PER_DAY),
                row.entityType(),
                row.operation(),
                row.changedBy() == null ? NOBODY : row.changedBy(),
                row.partition());
    }
}
