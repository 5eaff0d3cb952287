package io.alluvium.webhook.intake;

import io.alluvium.webhook.IntakeConfig;
import io.alluvium.webhook.Secret;
import io.alluvium.webhook.WebhookConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes a source of configuration keys, as the service does. */
final class ConfiguredSource {

    private final Map<String, String> keys = new HashMap<>();
    private final Map<String, String> environment = new HashMap<>();
    private String name = "source";
    private boolean local;

    static ConfiguredSource verifier(String verifier) {
        return new ConfiguredSource().key("verifier", verifier);
    }

    ConfiguredSource key(String key, String value) {
        keys.put(key, value);
        return this;
    }

    ConfiguredSource name(String other) {
        name = other;
        return this;
    }

    ConfiguredSource local() {
        local = true;
        return this;
    }

    /** Secrets, each in an environment variable of its own. */
    ConfiguredSource secrets(String... secrets) {
        for (String secret : secrets) {
            environment.put("SECRET_" + environment.size(), secret);
        }
        keys.put(
                "secrets",
                String.join(
                        ",",
                        environment.keySet().stream()
                                .sorted()
                                .map(one -> "env:" + one)
                                .toList()));
        return this;
    }

    Source source() {
        SmallRyeConfigBuilder config = new SmallRyeConfigBuilder()
                .withMapping(WebhookConfig.class, "webhook")
                .addDiscoveredConverters();
        keys.forEach((key, value) -> config.withDefaultValue("webhook.intake.sources.\"" + name + "\"." + key, value));
        IntakeConfig intake =
                config.build().getConfigMapping(WebhookConfig.class, "webhook").intake();
        Secret.Places places = new Secret.Places() {
            @Override
            public @Nullable String environment(String variable) {
                return environment.get(variable);
            }

            @Override
            public @Nullable String config(String key) {
                return null;
            }
        };
        return new SourceFactory(intake, places, local)
                .source(name, intake.sources().get(name));
    }

    boolean accepts(Sent sent) {
        return source().verifier().isGenuine(sent.delivery(), Explanation.silent());
    }
}
