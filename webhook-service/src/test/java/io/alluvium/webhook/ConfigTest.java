package io.alluvium.webhook;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.ConfigMappings.ConfigClass;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Keys and defaults are public: whoever changes one changes this test, the documentation and the change log. */
class ConfigTest {

    private static final ConfigClass WEBHOOK = ConfigClass.configClass(WebhookConfig.class, "webhook");

    @Test
    void everyKeyHasTheDefaultThatIsDocumented() {
        Map<String, String> defaults = new HashMap<>(WEBHOOK.getProperties());
        defaults.values().removeIf(Objects::isNull);

        assertThat(defaults)
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        entry("webhook.intake.enabled", "true"),
                        entry("webhook.intake.max-body-size", "1M"),
                        entry("webhook.intake.max-records", "10000"),
                        entry("webhook.intake.tolerance", "5M"),
                        entry("webhook.intake.patience", "1S"),
                        entry("webhook.intake.replay.remembered", "100000"),
                        entry("webhook.intake.replay.look-up", "true"),
                        entry("webhook.intake.replay.look-up-patience", "500MS"),
                        entry("webhook.intake.replay.window", "5M"),
                        entry("webhook.intake.spool.directory", "data/webhook-spool"),
                        entry("webhook.intake.spool.max-size", "1G"),
                        entry("webhook.intake.spool.segment-size", "16M"),
                        entry("webhook.topic.name", "webhook.received"),
                        entry("webhook.topic.partitions", "4"),
                        entry("webhook.topic.replication-factor", "1"),
                        entry("webhook.topic.retention", "7D"),
                        entry("webhook.sink.enabled", "true"),
                        entry("webhook.sink.consumers", "2"),
                        entry("webhook.sink.max-poison-share", "0.5"),
                        entry("webhook.sink.tolerated-poison", "100"),
                        entry("webhook.sink.pause", "5S"),
                        entry("webhook.sink.max-backoff", "10S"),
                        entry("webhook.token.enabled", "true"),
                        entry("webhook.token.refresh-before", "5M"),
                        entry("webhook.token.providers.*.client-authentication", "post"),
                        entry("webhook.token.providers.*.timeout", "10S"),
                        entry("webhook.token.providers.*.assumed-lifetime", "1H"),
                        entry("webhook.delivery.enabled", "true"),
                        entry("webhook.delivery.workers", "3"),
                        entry("webhook.delivery.batch-size", "10"),
                        entry("webhook.delivery.max-in-flight", "200"),
                        entry("webhook.delivery.poll-interval", "100MS"),
                        entry("webhook.delivery.lease", "60S"),
                        entry("webhook.delivery.stop-timeout", "20S"),
                        entry("webhook.delivery.circuit.threshold", "5"),
                        entry("webhook.delivery.circuit.recovery", "60S"),
                        entry("webhook.delivery.circuit.half-open", "3"),
                        entry("webhook.delivery.circuit.success", "2"),
                        entry("webhook.delivery.routes.*.allow-private-addresses", "false"),
                        entry("webhook.delivery.routes.*.timeout", "15S"),
                        entry("webhook.delivery.routes.*.rate", "0"),
                        entry("webhook.delivery.routes.*.max-concurrent", "50"),
                        entry("webhook.delivery.routes.*.retry.attempts", "3"),
                        entry("webhook.delivery.routes.*.retry.base", "2S"),
                        entry("webhook.delivery.routes.*.retry.max", "30S"),
                        entry("webhook.query.enabled", "true"),
                        entry("webhook.agent.topic.name", "agent.audit-events"),
                        entry("webhook.agent.topic.partitions", "4"),
                        entry("webhook.agent.topic.replication-factor", "1"),
                        entry("webhook.agent.topic.retention", "7D"),
                        entry("webhook.agent.months-kept", "6"),
                        entry("webhook.agent.months-ahead", "3")));
    }

    @Test
    void keysWithoutADefaultAreTheseToo() {
        Map<String, String> others = new HashMap<>(WEBHOOK.getProperties());
        others.values().removeIf(Objects::nonNull);

        assertThat(others.keySet())
                .filteredOn(key -> !key.endsWith("[*]"))
                .containsExactlyInAnyOrder(
                        "webhook.delivery.routes.*.kind",
                        "webhook.delivery.routes.*.sources",
                        "webhook.delivery.routes.*.types",
                        "webhook.delivery.routes.*.modules",
                        "webhook.delivery.routes.*.url",
                        "webhook.delivery.routes.*.secrets",
                        "webhook.delivery.routes.*.topic",
                        "webhook.delivery.routes.*.retry.schedule",
                        "webhook.intake.sources.*.verifier",
                        "webhook.intake.sources.*.secrets",
                        "webhook.intake.sources.*.format",
                        "webhook.intake.sources.*.tolerance",
                        "webhook.intake.sources.*.replay-window",
                        "webhook.intake.sources.*.header",
                        "webhook.intake.sources.*.prefix",
                        "webhook.intake.sources.*.algorithm",
                        "webhook.intake.sources.*.encoding",
                        "webhook.intake.sources.*.timestamp-header",
                        "webhook.intake.sources.*.template",
                        "webhook.intake.sources.*.event-id",
                        "webhook.intake.sources.*.event-type",
                        "webhook.intake.sources.*.record-id",
                        "webhook.intake.sources.*.module",
                        "webhook.intake.sources.*.user-id",
                        "webhook.intake.sources.*.timestamp",
                        "webhook.token.keys.*",
                        "webhook.token.active-key",
                        "webhook.token.providers.*.token-endpoint",
                        "webhook.token.providers.*.client-id",
                        "webhook.token.providers.*.client-secret");
    }

    @Test
    void aMisspeltKeyStopsTheStart() {
        assertThatThrownBy(() -> config("webhook.sink.max-poisson-share", "0.1"))
                .hasStackTraceContaining("webhook.sink.max-poisson-share");
    }

    @Test
    void aValueOfAnotherTypeStopsTheStart() {
        assertThatThrownBy(() -> config("webhook.topic.partitions", "many")).hasStackTraceContaining("many");
    }

    private static SmallRyeConfig config(String key, String value) {
        return new SmallRyeConfigBuilder()
                .withMapping(WEBHOOK)
                .withDefaultValue(key, value)
                .addDiscoveredConverters()
                .build();
    }
}
