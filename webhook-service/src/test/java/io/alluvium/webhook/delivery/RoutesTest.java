package io.alluvium.webhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.webhook.DeliveryConfig;
import io.alluvium.webhook.WebhookConfig;
import io.smallrye.config.ConfigMappings.ConfigClass;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a configuration means for delivery before anything is delivered. */
class RoutesTest {

    private static DeliveryConfig config(Map<String, String> values) {
        return new SmallRyeConfigBuilder()
                .withMapping(ConfigClass.configClass(WebhookConfig.class, "webhook"))
                .withDefaultValues(values)
                .addDiscoveredConverters()
                .build()
                .getConfigMapping(WebhookConfig.class, "webhook")
                .delivery();
    }

    @Test
    void aRouteForASourceThatIsNotThereIsKnown() {
        String routes = "webhook.delivery.routes.";
        DeliveryConfig config = config(Map.of(
                routes + "all.kind", "account-sync",
                routes + "some.kind", "account-sync",
                routes + "some.sources", "crm,crn"));

        assertThat(Routes.unknownSources(config, Set.of("crm", "shop"))).isEqualTo(Map.of("some", List.of("crn")));
    }

    @Test
    void withoutRoutesNobodyTakesEvents() {
        assertThat(Delivery.isNeeded(config(Map.of()))).isFalse();
        assertThat(Delivery.isNeeded(config(Map.of("webhook.delivery.routes.a.kind", "account-sync"))))
                .isTrue();
    }
}
