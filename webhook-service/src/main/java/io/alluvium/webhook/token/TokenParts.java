package io.alluvium.webhook.token;

import io.agroal.api.AgroalDataSource;
import io.alluvium.webhook.Secret;
import io.alluvium.webhook.TokenConfig;
import io.alluvium.webhook.WebhookConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.Config;

/** Puts the parts together that know nothing of Quarkus. */
final class TokenParts {

    private static final String NO_KEY =
            "webhook.token.enabled is true and there is no key to encrypt tokens with. Set webhook.token.keys.<id> to where"
                    + " 32 random bytes are (env:NAME or file:/path) and webhook.token.active-key to that id, or switch tokens"
                    + " off: TOKEN_PERSISTENCE_ENABLED=false.";

    @Produces
    @Singleton
    TokenCipher cipher(WebhookConfig all, Config values) {
        TokenConfig config = all.token();
        if (!config.enabled()) {
            // Nobody asks it, but there must be one.
            byte[] random = new byte[32];
            new SecureRandom().nextBytes(random);
            return new TokenCipher(List.of(new TokenKey("none", random, random)), "none");
        }
        String active = config.activeKey().orElseThrow(() -> new ConfigurationException(NO_KEY));
        if (!config.keys().containsKey(active)) {
            throw new ConfigurationException("webhook.token.active-key is " + active
                    + ", and there is no such key: set webhook.token.keys." + active
                    + " to where 32 random bytes are (env:NAME or file:/path).");
        }
        List<TokenKey> keys = keys(config, Secret.Places.of(values));
        try {
            return new TokenCipher(keys, active);
        } catch (IllegalArgumentException twice) {
            throw new ConfigurationException("webhook.token.keys: " + twice.getMessage());
        }
    }

    private static List<TokenKey> keys(TokenConfig config, Secret.Places places) {
        List<TokenKey> keys = new ArrayList<>();
        config.keys().forEach((id, reference) -> {
            try {
                keys.add(TokenKey.of(id, reference, places));
            } catch (IllegalArgumentException refused) {
                throw new ConfigurationException("webhook.token.keys." + id + ": " + refused.getMessage());
            }
        });
        return keys;
    }

    @Produces
    @Singleton
    Providers providers(WebhookConfig config, Config values) {
        TokenConfig token = config.token();
        return new Providers(token.enabled() ? token.providers() : Map.of(), Secret.Places.of(values));
    }

    @Produces
    @Singleton
    RefreshThreads threads() {
        return new RefreshThreads();
    }

    @Produces
    @Singleton
    Tokens tokens(
            WebhookConfig config,
            AgroalDataSource dataSource,
            TokenCipher cipher,
            Providers providers,
            RefreshThreads threads,
            MeterRegistry meters) {
        TokenTable table = new TokenTable(dataSource);
        RefreshTable refreshTable = new RefreshTable(dataSource);
        Refreshes refreshes = new Refreshes(
                table, refreshTable, cipher, providers, config.token().refreshBefore(), threads, meters);
        return new Tokens(table, refreshTable, cipher, refreshes, config.token().refreshBefore());
    }

    @Produces
    @Singleton
    TokenUpkeep upkeep(AgroalDataSource dataSource, TokenCipher cipher) {
        return new TokenUpkeep(dataSource, cipher);
    }
}
