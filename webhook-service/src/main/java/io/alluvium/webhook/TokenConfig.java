package io.alluvium.webhook;

import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** OAuth tokens, kept for the applications that use them. */
public interface TokenConfig {

    @WithDefault("true")
    boolean enabled();

    /** By id, where the keys are that tokens are encrypted with: {@code env:NAME}, {@code file:/path} or {@code config:key}. */
    Map<String, String> keys();

    /** Id of the key for what is written from now on. The others are for what was written before. */
    Optional<String> activeKey();

    /** How long before its end a token is refreshed. */
    @WithDefault("5M")
    Duration refreshBefore();

    /** By the name of the service whose tokens they are. */
    Map<String, ProviderConfig> providers();

    /** Who exchanges a refresh token for a new access token. */
    interface ProviderConfig {

        /** https only, but for a provider on this machine. */
        URI tokenEndpoint();

        String clientId();

        /** Where the secret is; absent for a client that has none. */
        Optional<String> clientSecret();

        /** Where the client's id and secret go: into the body, or into the header of HTTP Basic. */
        @WithDefault("post")
        ClientAuthentication clientAuthentication();

        @WithDefault("10S")
        Duration timeout();

        /** How long an access token lasts if the provider does not say. */
        @WithDefault("1H")
        Duration assumedLifetime();
    }

    /** By the names of RFC 6749, less what they have in common. */
    enum ClientAuthentication {
        POST,
        BASIC
    }
}
