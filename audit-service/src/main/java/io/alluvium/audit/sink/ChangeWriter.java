package io.alluvium.audit.sink;

import io.alluvium.audit.table.ChangeRow;
import io.alluvium.sink.BulkWriter;
import io.alluvium.sink.Rows;
import io.alluvium.sink.SinkDatabase;
import io.alluvium.sink.SinkTransaction;
import java.sql.SQLException;

/** Appends to the trail and counts what it appended, in one transaction. */
final class ChangeWriter implements BulkWriter<ChangeRow> {

    private final BulkWriter<ChangeRow> trail;
    private final ChangeCounts counts;

    ChangeWriter(SinkDatabase database) {
        this.trail = database.append(ChangeRow.TABLE);
        this.counts = new ChangeCounts(database);
    }

    @Override
    public void write(SinkTransaction transaction, Rows<ChangeRow> rows) throws SQLException {
        trail.write(transaction, rows);
        counts.add(transaction, rows);
    }
}
