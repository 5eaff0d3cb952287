package io.alluvium.webhook.intake;

import io.alluvium.kit.security.LocalProfile;
import io.alluvium.webhook.IntakeConfig;
import io.alluvium.webhook.Secret;
import io.alluvium.webhook.WebhookConfig;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
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
        refuseImpossible(config.intake());
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

    private static void refuseImpossible(IntakeConfig intake) {
        Map<String, Duration> positive = Map.of(
                "patience", intake.patience(),
                "replay.look-up-patience", intake.replay().lookUpPatience());
        positive.forEach(
                (key, duration) -> refuse(duration.isZero() || duration.isNegative(), key + " must be longer than 0"));
        refuse(intake.tolerance().isNegative(), "tolerance must not be negative");
        refuse(intake.replay().window().isNegative(), "replay.window must not be negative");
        long body = intake.maxBodySize().asLongValue();
        refuse(
                body < 1 || body > Publication.MAX_EVENT,
                "max-body-size must be 1 to " + Publication.MAX_EVENT + " bytes");
        refuse(intake.spool().segmentSize().asLongValue() < 1, "spool.segment-size must be 1 byte or more");
    }

    private static void refuse(boolean impossible, String why) {
        if (impossible) {
            throw new ConfigurationException("webhook.intake." + why);
        }
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
