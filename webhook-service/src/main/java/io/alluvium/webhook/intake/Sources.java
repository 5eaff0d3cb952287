package io.alluvium.webhook.intake;

import io.alluvium.kit.security.LocalProfile;
import io.alluvium.webhook.Secret;
import io.alluvium.webhook.WebhookConfig;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/** The sources as configured. One that is not sound stops the start. */
@Singleton
final class Sources {

    private final Map<String, Source> sources = new HashMap<>();

    Sources(WebhookConfig config, Config values) {
        if (!config.intake().enabled()) {
            return;
        }
        boolean local = LocalProfile.isActive(ConfigUtils.getProfiles());
        SourceFactory factory = new SourceFactory(config.intake(), Secret.Places.of(values), local);
        config.intake().sources().forEach((name, source) -> {
            try {
                sources.put(name, factory.source(name, source));
            } catch (IllegalArgumentException wrong) {
                throw new ConfigurationException("webhook.intake.sources." + name + ": " + wrong.getMessage(), wrong);
            }
        });
    }

    /** So that what is wrong is said on start, and not with the first webhook. */
    void start(@Observes StartupEvent started) {
        // The constructor has looked.
    }

    @Nullable
    Source find(String name) {
        return sources.get(name);
    }
}
