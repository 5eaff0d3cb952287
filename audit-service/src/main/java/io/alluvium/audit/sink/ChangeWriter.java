package io.alluvium.audit.sink;

import io.alluvium.audit.table.ChangeDelta;
import io.alluvium.audit.table.ChangeRow;
import io.alluvium.sink.BulkWriter;
import io.alluvium.sink.Fate;
import io.alluvium.sink.Rows;
import io.alluvium.sink.SinkDatabase;
import io.alluvium.sink.SinkTransaction;
import java.sql.SQLException;

/** Appends to the trail and tells the roll-up what it appended, in one transaction. */
final class ChangeWriter implements BulkWriter<ChangeRow> {

    private static final long MICROS_PER_DAY = 86_400_000_000L;

    private final BulkWriter<ChangeRow> trail;
    private final SinkDatabase database;

    ChangeWriter(SinkDatabase database) {
        this.trail = database.append(ChangeRow.TABLE);
        this.database = database;
    }

    @Override
    public void write(SinkTransaction transaction, Rows<ChangeRow> rows) throws SQLException {
        trail.write(transaction, rows);
        delta(rows).append(transaction.connection(), database);
    }

    /** The rows that were stored, and only those. */
    private static ChangeDelta delta(Rows<ChangeRow> rows) {
        ChangeDelta delta = new ChangeDelta();
        for (int i = 0; i < rows.size(); i++) {
            ChangeRow row = rows.get(i);
            if (row != null && rows.fate(i) == Fate.STORED) {
                long day = Math.floorDiv(row.changedAt(), MICROS_PER_DAY);
                delta.add(day, row.entityType(), row.operation(), row.changedBy(), 1);
            }
        }
        return delta;
    }
}
