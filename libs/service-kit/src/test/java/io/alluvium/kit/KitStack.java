package io.alluvium.kit;

import io.alluvium.localstack.LocalPostgres;
import io.alluvium.localstack.LocalStack;
import io.alluvium.sink.BatchSink;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/** Real Kafka and real PostgreSQL for a service that is nothing but the kit. */
public final class KitStack implements QuarkusTestResourceLifecycleManager {

    @Override
    public Map<String, String> start() {
        LocalStack stack = LocalStack.shared();
        stack.postgres().createSchemaWithRole("kit");
        String url = stack.postgres().jdbcUrl(LocalPostgres.DATABASE, "kit");
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                InputStream tables = BatchSink.class.getResourceAsStream("/db/migration/postgresql/V0_1__sink.sql")) {
            statement.execute("DROP TABLE IF EXISTS sample, sink_offset, dead_letter");
            statement.execute(new String(tables.readAllBytes(), StandardCharsets.UTF_8));
            statement.execute("CREATE TABLE sample (text varchar(100) PRIMARY KEY)");
        } catch (SQLException | IOException failure) {
            throw new IllegalStateException(failure);
        }
        return Map.of(
                "kafka.bootstrap.servers",
                stack.kafka().bootstrapServers(),
                "quarkus.datasource.jdbc.url",
                url,
                "mp.jwt.verify.publickey.location",
                TestKeys.publicKey().toUri().toString(),
                "mp.jwt.verify.issuer",
                TestKeys.ISSUER);
    }

    @Override
    public void stop() {
        // ends with the JVM
    }
}
