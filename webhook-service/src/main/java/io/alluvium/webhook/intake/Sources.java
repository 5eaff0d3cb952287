package io.alluvium.webhook.intake;

import io.alluvium.webhook.IntakeConfig;
import io.alluvium.webhook.IntakeConfig.SourceConfig;
import io.alluvium.webhook.Secret;
import io.alluvium.webhook.WebhookConfig;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/** The sources as configured. One that is not sound stops the start. */
@Singleton
final class Sources {

    private final Map<String, Source> sources = new HashMap<>();

    Sources(WebhookConfig config, Config values) {
        if (config.intake().enabled()) {
            config.intake().sources().forEach((name, one) -> sources.put(name, source(name, one, config, values)));
        }
    }

    private static Source source(String name, SourceConfig config, WebhookConfig all, Config values) {
        IntakeConfig intake = all.intake();
        Secret.Places places = Secret.Places.of(values);
        try {
            List<SignatureKey> keys = config.secrets().orElse(List.of()).stream()
                    .map(reference -> Secret.find(reference, places))
                    .<SignatureKey>map(secret ->
                            new SignatureKey.Hmac("HmacSHA256", secret.text().getBytes(StandardCharsets.UTF_8), ""))
                    .toList();
            Verifier verifier = new SignatureVerifier(
                    new HeaderScheme("X-Zoho-Signature", "", SignatureText.HEX_LOWER), keys, Duration.ofMinutes(5));
            return new Source(
                    name,
                    verifier,
                    new CrmFormat(true, intake.maxRecords()),
                    "X-Zoho-Event-Id",
                    List.of("X-Zoho-Event-Id"));
        } catch (IllegalArgumentException wrong) {
            throw new ConfigurationException("webhook.intake.sources." + name + ": " + wrong.getMessage(), wrong);
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
