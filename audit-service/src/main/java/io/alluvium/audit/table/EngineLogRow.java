package io.alluvium.audit.table;

import io.alluvium.emitter.enginelog.LogColumn;
import io.alluvium.emitter.enginelog.LogTable;
import io.alluvium.sink.BulkTable;
import io.alluvium.sink.Column;
import io.alluvium.sink.Utf8;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One row of one of the ten tables of engine logs on its way in.
 *
 * @param instanceId of the run of the engine; null where the producer did not say
 * @param loggedAt   microseconds since 1970-01-01T00:00:00Z
 * @param cells      one for each column of the table: {@link Utf8}, Integer, Long, Double, or Long for the microseconds of a
 *                   time
 */
public record EngineLogRow(
        LogTable table, UUID eventId, @Nullable UUID instanceId, long loggedAt, @Nullable Object[] cells) {

    /** The table as the bulk path writes it; {@code id} is the database's. */
    public static BulkTable<EngineLogRow> bulkTable(LogTable table) {
        List<Column<EngineLogRow>> columns = new ArrayList<>();
        columns.add(new Column.OfUuid<>("event_id", EngineLogRow::eventId));
        columns.add(new Column.OfUuid<>("engine_instance_id", EngineLogRow::instanceId));
        columns.add(new Column.OfMicros<>("logged_at", EngineLogRow::loggedAt));
        for (int i = 0; i < table.columns().size(); i++) {
            columns.add(column(table.columns().get(i), i));
        }
        return new BulkTable<>(table.sqlName(), columns, List.of("event_id"));
    }

    private static Column<EngineLogRow> column(LogColumn column, int index) {
        String name = column.name();
        return switch (column.kind()) {
            case TEXT, CUT_TEXT -> new Column.OfText<>(name, column.maxLength(), row -> (Utf8) row.cells[index]);
            case INT -> new Column.OfNullableInt<>(name, row -> (Integer) row.cells[index]);
            case LONG -> new Column.OfNullableLong<>(name, row -> (Long) row.cells[index]);
            case REAL -> new Column.OfDouble<>(name, row -> (Double) row.cells[index]);
            case TIME -> new Column.OfNullableMicros<>(name, row -> (Long) row.cells[index]);
        };
    }
}
