package io.alluvium.webhook;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.alluvium.localstack.LocalPostgres;
import io.alluvium.localstack.LocalStack;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.Flyway;

/** The tables of this service in a schema of a test's own, and events put there by SQL. */
public final class Storage implements AutoCloseable {

    private static final String STORE =
            """
            INSERT INTO webhook_events (id, source, event_id, event_type, module, record_id, record_data, modified_fields,
                event_timestamp, received_at, headers, body_sha256, order_key, kafka_partition, kafka_offset)
            SELECT gen_random_uuid(), ?, ? || '-' || n, 'update', 'Accounts', ? , '{"n":1}', '[]', now(), now(), '{}', 'x',
                   ? || ':' || ?, 0, n
            FROM generate_series(1, ?) AS n
            ORDER BY n
            """;

    private final AgroalDataSource dataSource;

    private Storage(AgroalDataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** @param schema named after the test */
    public static Storage create(String schema) throws SQLException {
        LocalPostgres postgres = LocalStack.shared().postgres();
        postgres.createSchemaWithRole(schema);
        Storage storage = at(postgres.jdbcUrl(LocalPostgres.DATABASE, schema));
        Flyway.configure()
                .dataSource(storage.dataSource)
                .locations("db/migration/postgresql")
                .load()
                .migrate();
        return storage;
    }

    /** Tables that somebody else made. */
    public static Storage at(String jdbcUrl) throws SQLException {
        return new Storage(AgroalDataSource.from(
                new AgroalDataSourceConfigurationSupplier().connectionPoolConfiguration(pool -> pool.maxSize(16)
                        .acquisitionTimeout(Duration.ofSeconds(20))
                        .connectionFactoryConfiguration(factory -> factory.jdbcUrl(jdbcUrl)))));
    }

    public AgroalDataSource dataSource() {
        return dataSource;
    }

    /** Stores events of one record, one after the other. */
    public void store(String source, String record, int events) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            store(connection, source, record, events);
        }
    }

    public static void store(Connection connection, String source, String record, int events) throws SQLException {
        try (PreparedStatement store = connection.prepareStatement(STORE)) {
            String id = record + "-" + System.nanoTime();
            store.setString(1, source);
            store.setString(2, id);
            store.setString(3, record);
            store.setString(4, source);
            store.setString(5, record);
            store.setInt(6, events);
            store.executeUpdate();
        }
    }

    public void execute(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    public long number(String sql) throws SQLException {
        return Long.parseLong(text(sql));
    }

    public String text(String sql) throws SQLException {
        return texts(sql).get(0);
    }

    /** The first column of all rows. */
    public List<String> texts(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        }
    }

    public void clear() throws SQLException {
        execute("TRUNCATE webhook_events, webhook_lanes, webhook_attempts, webhook_dead_letters, webhook_counts,"
                + " webhook_reprocess, webhook_totals");
    }

    @Override
    public void close() {
        dataSource.close();
    }
}
