package io.alluvium.webhook;

import io.alluvium.localstack.LocalPostgres;
import io.alluvium.localstack.LocalStack;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/** Real Kafka and a real PostgreSQL for the tests of this service. */
public final class WebhookStack implements QuarkusTestResourceLifecycleManager {

    @Override
    public Map<String, String> start() {
        LocalStack stack = LocalStack.shared();
        stack.postgres().createSchemaWithRole("webhook");
        Map<String, String> config = new HashMap<>(TestSources.config());
        config.putAll(TestTokens.config());
        config.putAll(TestRoutes.config());
        createTopic(stack.kafka().bootstrapServers(), TestRoutes.COPY_TOPIC);
        config.put("kafka.bootstrap.servers", stack.kafka().bootstrapServers());
        config.put("quarkus.datasource.jdbc.url", stack.postgres().jdbcUrl(LocalPostgres.DATABASE, "webhook"));
        return config;
    }

    private static void createTopic(String brokers, String name) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            admin.createTopics(List.of(new NewTopic(name, 4, (short) 1))).all().get();
        } catch (ExecutionException exists) {
            if (!(exists.getCause() instanceof TopicExistsException)) {
                throw new IllegalStateException(exists);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stop() {
        // The shared stack ends with the JVM.
    }
}
