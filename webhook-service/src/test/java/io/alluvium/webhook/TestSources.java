package io.alluvium.webhook;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;

/** The sources that tests send webhooks as, and their secrets. */
public final class TestSources {

    public static final String ZOHO_SECRET = "zoho-secret-of-the-tests";
    public static final String GITHUB_SECRET = "github-secret-of-the-tests";
    public static final String STRIPE_SECRET = "stripe-secret-of-the-tests";
    public static final String PARTNER_TOKEN = "partner-token-of-the-tests";

    private TestSources() {}

    static Map<String, String> config() {
        Map<String, String> config = new HashMap<>(sources());
        try {
            config.put(
                    "webhook.intake.spool.directory",
                    Files.createTempDirectory("webhook-spool").toString());
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
        return config;
    }

    /** Without a spool: for services that are processes of their own. */
    public static Map<String, String> sources() {
        Map<String, String> config = new HashMap<>();
        source(config, "zoho", "zoho", ZOHO_SECRET);
        source(config, "github", "github", GITHUB_SECRET);
        source(config, "stripe", "stripe", STRIPE_SECRET);
        source(config, "partner", "token", PARTNER_TOKEN);
        return config;
    }

    private static void source(Map<String, String> config, String name, String verifier, String secret) {
        config.put("test.secrets." + name, secret);
        config.put("webhook.intake.sources." + name + ".verifier", verifier);
        config.put("webhook.intake.sources." + name + ".secrets", "config:test.secrets." + name);
    }
}
