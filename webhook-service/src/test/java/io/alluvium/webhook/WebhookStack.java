package io.alluvium.webhook;

import io.alluvium.localstack.LocalPostgres;
import io.alluvium.localstack.LocalStack;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;

/** Real Kafka and a real PostgreSQL for the tests of this service. */
public final class WebhookStack implements QuarkusTestResourceLifecycleManager {

    @Override
    public Map<String, String> start() {
        LocalStack stack = LocalStack.shared();
        stack.postgres().createSchemaWithRole("webhook");
        Map<String, String> config = new HashMap<>(TestSources.config());
        config.putAll(TestTokens.config());
        config.putAll(TestRoutes.config());
        config.put("kafka.bootstrap.servers", stack.kafka().bootstrapServers());
        config.put("quarkus.datasource.jdbc.url", stack.postgres().jdbcUrl(LocalPostgres.DATABASE, "webhook"));
        return config;
    }

    @Override
    public void stop() {
        // The shared stack ends with the JVM.
    }
}
