package io.alluvium.webhook;

import java.util.HashMap;
import java.util.Map;

/** The sources that tests send webhooks as, and their secrets. */
public final class TestSources {

    public static final String ZOHO_SECRET = "zoho-secret-of-the-tests";

    private TestSources() {}

    static Map<String, String> config() {
        Map<String, String> config = new HashMap<>();
        config.put("test.secrets.zoho", ZOHO_SECRET);
        config.put("webhook.intake.sources.zoho.verifier", "zoho");
        config.put("webhook.intake.sources.zoho.secrets", "config:test.secrets.zoho");
        return config;
    }
}
