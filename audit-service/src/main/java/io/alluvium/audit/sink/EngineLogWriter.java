package io.alluvium.audit.sink;

import io.alluvium.audit.table.EngineLogRow;
import io.alluvium.emitter.enginelog.LogTable;
import io.alluvium.sink.BulkWriter;
import io.alluvium.sink.Rows;
import io.alluvium.sink.SinkDatabase;
import io.alluvium.sink.SinkTransaction;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;

/** Appends to ten tables in one transaction. */
final class EngineLogWriter implements BulkWriter<EngineLogRow> {

    private final Map<LogTable, BulkWriter<EngineLogRow>> writers = new EnumMap<>(LogTable.class);

    EngineLogWriter(SinkDatabase database) {
        for (LogTable table : LogTable.values()) {
            writers.put(table, database.append(EngineLogRow.bulkTable(table)));
        }
    }

    @Override
    public void write(SinkTransaction transaction, Rows<EngineLogRow> rows) throws SQLException {
        // In one order in all consumers, whatever their batches begin with: nobody waits in a circle.
        Map<LogTable, Rows<EngineLogRow>> byTable = new EnumMap<>(LogTable.class);
        byTable.putAll(rows.by(EngineLogRow::table));
        for (Map.Entry<LogTable, Rows<EngineLogRow>> own : byTable.entrySet()) {
            java.util.Objects.requireNonNull(writers.get(own.getKey())).write(transaction, own.getValue());
        }
    }
}
