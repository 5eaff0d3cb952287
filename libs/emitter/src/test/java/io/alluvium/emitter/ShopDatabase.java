package io.alluvium.emitter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.sqlserver.jdbc.SQLServerDataSource;
import io.alluvium.localstack.LocalPostgres;
import io.alluvium.localstack.LocalStack;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;
import org.postgresql.ds.PGSimpleDataSource;

/** A database with the tables of the shop and an empty outbox, and Hibernate on it. */
record ShopDatabase(OutboxDatabase kind, DataSource dataSource, SessionFactory factory) implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final OutboxTable OUTBOX = new OutboxTable("outbox");

    static ShopDatabase postgres(Map<String, String> settings) {
        LocalPostgres server = LocalStack.shared().postgres();
        server.createSchemaWithRole("emitter");
        PGSimpleDataSource source = new PGSimpleDataSource();
        String url = server.jdbcUrl(LocalPostgres.DATABASE, "emitter");
        source.setUrl(url);
        return open(OutboxDatabase.POSTGRESQL, source, url, "postgresql", settings);
    }

    static ShopDatabase sqlServer(String url, Map<String, String> settings) {
        SQLServerDataSource source = new SQLServerDataSource();
        source.setURL(url);
        return open(OutboxDatabase.SQLSERVER, source, url, "sqlserver", settings);
    }

    private static ShopDatabase open(
            OutboxDatabase kind, DataSource source, String url, String vendor, Map<String, String> settings) {
        try (InputStream script = OutboxTable.class.getResourceAsStream("outbox." + vendor + ".sql")) {
            run(source, "DROP TABLE IF EXISTS outbox");
            run(source, new String(script.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
        Configuration configuration = new Configuration()
                .setProperty("hibernate.connection.url", url)
                .setProperty("hibernate.hbm2ddl.auto", "create")
                .setProperty("hibernate.connection.pool_size", "20")
                .setProperty(
                        "hibernate.physical_naming_strategy",
                        "org.hibernate.boot.model.naming.PhysicalNamingStrategySnakeCaseImpl")
                .setProperty("hibernate.use_nationalized_character_data", "true")
                .setProperty("hibernate.jdbc.batch_size", "50")
                .setProperty("alluvium.audit.source", "/shop")
                .setProperty("alluvium.audit.entities", "Listed");
        Shop.ENTITIES.forEach(configuration::addAnnotatedClass);
        settings.forEach(configuration::setProperty);
        return new ShopDatabase(kind, source, configuration.buildSessionFactory());
    }

    private static void run(DataSource source, String sql) {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failure) {
            throw new IllegalStateException(sql, failure);
        }
    }

    void run(String sql) {
        run(dataSource, sql);
    }

    /** Babelfish, which speaks the protocol of SQL Server, has no MERGE: Hibernate's upsert is one. */
    boolean hasMerge() {
        if (kind == OutboxDatabase.POSTGRESQL) {
            return true;
        }
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery("SELECT CAST(SERVERPROPERTY('Babelfish') AS varchar(10))")) {
            return !answer.next() || answer.getString(1) == null;
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    void inTransaction(Consumer<Session> work) {
        factory.inTransaction(work::accept);
    }

    /** What is in the outbox, oldest first. */
    List<OutboxEvent> outbox() {
        try (Connection connection = dataSource.getConnection()) {
            List<OutboxEvent> events = new ArrayList<>();
            OUTBOX.oldest(connection, kind, 0, 100_000, Integer.MAX_VALUE).forEach(row -> events.add(row.event()));
            return events;
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** What is in the outbox, which is empty afterwards. */
    List<JsonNode> changes() {
        List<JsonNode> changes = new ArrayList<>();
        for (OutboxEvent event : outbox()) {
            try {
                changes.add(JSON.readTree(event.payload()));
            } catch (IOException broken) {
                throw new IllegalStateException(event.payload(), broken);
            }
        }
        run("DELETE FROM outbox");
        return changes;
    }

    @Override
    public void close() {
        factory.close();
    }
}
