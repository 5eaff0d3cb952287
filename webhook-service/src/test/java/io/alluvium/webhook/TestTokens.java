package io.alluvium.webhook;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Keys and a provider for tests that keep tokens. */
public final class TestTokens {

    /** 32 bytes in base64. */
    public static final String KEY = "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=";

    public static final String OLD_KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0";
    public static final String CLIENT_SECRET = "the-secret-of-the-client";

    private static FakeProvider provider;

    private TestTokens() {}

    /** Settings of a service that keeps tokens: two keys, and the provider for the services zoho and other. */
    public static synchronized Map<String, String> config() {
        if (provider == null) {
            provider = new FakeProvider();
        }
        Map<String, String> config = new HashMap<>();
        config.put("webhook.token.enabled", "true");
        config.put("webhook.token.keys.k1", "file:" + file("k1", OLD_KEY));
        config.put("webhook.token.keys.k2", "file:" + file("k2", KEY));
        config.put("webhook.token.active-key", "k2");
        for (String service : new String[] {"zoho", "other"}) {
            String prefix = "webhook.token.providers." + service + ".";
            config.put(prefix + "token-endpoint", provider.address().toString());
            config.put(prefix + "client-id", "client-of-" + service);
            config.put(prefix + "client-secret", "file:" + file("client", CLIENT_SECRET));
            config.put(prefix + "timeout", "2S");
        }
        return config;
    }

    private static Path file(String name, String content) {
        try {
            Path file = Files.createTempFile("alluvium-" + name, ".secret");
            file.toFile().deleteOnExit();
            return Files.writeString(file, content + "\n");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
