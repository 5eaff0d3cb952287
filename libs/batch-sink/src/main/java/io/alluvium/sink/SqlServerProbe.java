package io.alluvium.sink;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out, once, whether a bulk load stores ids and times as they were sent. Servers that speak the protocol of SQL
 * Server but do not convert them exist, and drivers have stored wrong values without an error: one row that is written and
 * read back is a cheap answer. Where it differs every batch goes through the stage, which converts in SQL. Thread-safe.
 */
final class SqlServerProbe {

    private static final Logger LOGGER = LoggerFactory.getLogger(SqlServerProbe.class);

    private record Sample(UUID id, long micros) {}

    private static final Sample SENT =
            new Sample(UUID.fromString("01234567-89ab-cdef-8123-456789abcdef"), 1_790_000_000_123_456L);

    private static final BulkTable<Sample> TABLE = new BulkTable<>(
            "alluvium_probe",
            List.of(new Column.OfUuid<>("id", Sample::id), new Column.OfMicros<>("seen_at", Sample::micros)),
            List.of("id"));

    private static final String CREATE = "CREATE TABLE #alluvium_probe (id uniqueidentifier, seen_at datetime2(7))";
    private static final String READ = "SELECT id, CONVERT(nvarchar(26), seen_at, 121) FROM #alluvium_probe";
    private static final String DROP = "DROP TABLE #alluvium_probe";

    private volatile @Nullable Boolean converts;

    boolean bulkLoadConverts(SinkTransaction transaction) throws SQLException {
        Boolean known = converts;
        if (known == null) {
            known = probe(transaction);
            converts = known;
            LOGGER.atInfo().addKeyValue("bulkLoadConverts", known).log("bulk load probed");
        }
        return known;
    }

    private static boolean probe(SinkTransaction transaction) throws SQLException {
        ConsumerRecord<byte[], byte[]> any =
                new ConsumerRecord<>("probe", 0, 0, null, "probe".getBytes(StandardCharsets.UTF_8));
        try (Statement statement = transaction.connection().createStatement()) {
            statement.execute(CREATE);
            SqlServerCopy.into(transaction, "#alluvium_probe", TABLE, new Rows<>(List.of(any), ignored -> SENT), false);
            boolean same;
            try (ResultSet row = statement.executeQuery(READ)) {
                same = row.next()
                        && SENT.id().toString().equalsIgnoreCase(row.getString(1))
                        && SqlServerBulkRows.datetime2(SENT.micros()).equals(row.getString(2));
            }
            statement.execute(DROP);
            return same;
        }
    }
}
