package io.alluvium.webhook.token;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A stored token as it is answered: everything but the refresh token, and the access token only where it is asked for.
 *
 * @param expiring    whether it has expired or will so soon that it is refreshed when it is asked for
 * @param refreshable whether it can be refreshed by asking the provider
 */
@Schema(name = "Token")
record TokenView(
        long id,
        String serviceName,
        String tokenType,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Schema(implementation = String.class) @Nullable
                ClearToken accessToken,
        @Nullable String scope,
        Instant expiresAt,
        boolean expired,
        boolean expiring,
        boolean refreshable,
        @Nullable String refreshError,
        String keyId,
        long version,
        Instant createdAt,
        Instant updatedAt) {

    static TokenView of(
            StoredToken token, @Nullable ClearToken accessToken, Duration refreshBefore, boolean refreshable) {
        return new TokenView(
                token.id(),
                token.place().service(),
                token.place().type(),
                accessToken,
                token.scope(),
                token.expiresAt(),
                token.isExpired(),
                token.isEnding(refreshBefore),
                refreshable,
                token.error(),
                token.keyId(),
                token.version(),
                token.createdAt(),
                token.updatedAt());
    }
}
