package io.alluvium.audit.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agroal.api.AgroalDataSource;
import io.alluvium.audit.AuditStack;
import io.alluvium.audit.Changes;
import io.alluvium.sink.SinkLoop;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.common.annotation.Identifier;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(AuditStack.class)
class ChangeSinkIT {

    @Inject
    AgroalDataSource dataSource;

    @Inject
    @Identifier("changes")
    SinkLoop loop;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String brokers;

    @Test
    void anEventOnTheTopicBecomesARow() throws Exception {
        UUID id = UUID.randomUUID();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers, "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(Changes.event(id, "order:1", Changes.update("1", 7))).get();
        }

        await().atMost(Duration.ofSeconds(30))
                .until(() -> text("SELECT entity_id FROM audit_change WHERE event_id = '" + id + "'")
                        .equals("1"));

        assertThat(text("SELECT changed_fields FROM audit_change WHERE event_id = '" + id + "'"))
                .isEqualTo("[\"amount\"]");
        assertThat(loop.status().books().balanced()).isTrue();
    }

    private String text(String query) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getString(1) : "";
        }
    }
}
