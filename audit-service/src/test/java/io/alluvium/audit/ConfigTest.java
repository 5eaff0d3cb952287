package io.alluvium.audit;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.ConfigMappings.ConfigClass;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Keys and defaults are public: whoever changes one changes this test, the documentation and the change log. */
class ConfigTest {

    private static final ConfigClass AUDIT = ConfigClass.configClass(AuditConfig.class, "audit");

    @Test
    void everyKeyHasTheDefaultThatIsDocumented() {
        assertThat(AUDIT.getProperties())
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        entry("audit.topic.name", "audit.changes"),
                        entry("audit.topic.partitions", "4"),
                        entry("audit.topic.replication-factor", "1"),
                        entry("audit.topic.retention", "7D"),
                        entry("audit.intake.enabled", "true"),
                        entry("audit.intake.max-events", "10000"),
                        entry("audit.intake.max-event-bytes", "1000000"),
                        entry("audit.intake.source", "/audit-service/intake"),
                        entry("audit.sink.enabled", "true"),
                        entry("audit.sink.consumers", "2"),
                        entry("audit.sink.max-poison-share", "0.5"),
                        entry("audit.sink.tolerated-poison", "100"),
                        entry("audit.sink.pause", "5S"),
                        entry("audit.sink.max-backoff", "10S"),
                        entry("audit.query.enabled", "true"),
                        entry("audit.query.max-exports", "4"),
                        entry("audit.engine.topic.name", "engine.logs"),
                        entry("audit.engine.topic.partitions", "4"),
                        entry("audit.engine.topic.replication-factor", "1"),
                        entry("audit.engine.topic.retention", "7D"),
                        entry("audit.calculation.enabled", "true")));
    }

    @Test
    void aMisspeltKeyStopsTheStart() {
        assertThatThrownBy(() -> config("audit.sink.max-poisson-share", "0.1"))
                .hasStackTraceContaining("audit.sink.max-poisson-share");
    }

    @Test
    void aValueOfAnotherTypeStopsTheStart() {
        assertThatThrownBy(() -> config("audit.topic.partitions", "many")).hasStackTraceContaining("many");
    }

    private static SmallRyeConfig config(String key, String value) {
        return new SmallRyeConfigBuilder()
                .withMapping(AUDIT)
                .withDefaultValue(key, value)
                .addDiscoveredConverters()
                .build();
    }
}
