package io.alluvium.webhook.token;

import io.alluvium.webhook.Secret;
import io.alluvium.webhook.TokenConfig.ProviderConfig;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.net.http.HttpClient;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The token endpoints that are configured, by the name of their service. */
final class Providers {

    private final Map<String, TokenEndpoint> endpoints = new TreeMap<>();

    /** @throws ConfigurationException when one of them cannot be used */
    Providers(Map<String, ProviderConfig> providers, Secret.Places places) {
        HttpClient client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        providers.forEach((service, provider) -> {
            try {
                endpoints.put(service, new TokenEndpoint(client, provider, places));
            } catch (IllegalArgumentException refused) {
                throw new ConfigurationException("webhook.token.providers." + service + ": " + refused.getMessage());
            }
        });
    }

    Set<String> names() {
        return endpoints.keySet();
    }

    Optional<TokenEndpoint> of(String service) {
        return Optional.ofNullable(endpoints.get(service));
    }
}
