package io.alluvium.audit;

import io.alluvium.localstack.LocalPostgres;
import io.alluvium.localstack.LocalStack;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Real Kafka and a real database for the tests of this service: PostgreSQL of the local stack, or with a build for SQL
 * Server ({@code -Ddb=sqlserver}) a new database on the server that {@code -Dsqlserver.url} names.
 */
public final class AuditStack implements QuarkusTestResourceLifecycleManager {

    @Override
    public Map<String, String> start() {
        LocalStack stack = LocalStack.shared();
        Map<String, String> settings = new HashMap<>();
        settings.put("kafka.bootstrap.servers", stack.kafka().bootstrapServers());
        createTopic(stack.kafka().bootstrapServers(), Changes.TOPIC);
        createTopic(stack.kafka().bootstrapServers(), EngineRows.TOPIC);
        String sqlServer = System.getProperty("sqlserver.url");
        if ("sqlserver".equals(System.getProperty("db"))) {
            settings.put("quarkus.datasource.jdbc.url", newDatabase(sqlServer));
        } else {
            stack.postgres().createSchemaWithRole("audit");
            settings.put("quarkus.datasource.jdbc.url", stack.postgres().jdbcUrl(LocalPostgres.DATABASE, "audit"));
        }
        return settings;
    }

    private static void createTopic(String brokers, String topic) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            admin.createTopics(List.of(new NewTopic(topic, 4, (short) 1))).all().get();
        } catch (ExecutionException exists) {
            if (!(exists.getCause() instanceof TopicExistsException)) {
                throw new IllegalStateException(exists);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private static String newDatabase(String url) {
        if (url == null) {
            throw new IllegalStateException("-Ddb=sqlserver needs -Dsqlserver.url=jdbc:sqlserver://...");
        }
        String name = "audit_" + Long.toString(System.currentTimeMillis(), 36);
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException failure) {
            throw new IllegalStateException("no database for the tests at the SQL Server named", failure);
        }
        return url.replaceAll("(?i)databaseName=[^;]*", "databaseName=" + name);
    }

    @Override
    public void stop() {
        // The shared stack ends with the JVM.
    }
}
