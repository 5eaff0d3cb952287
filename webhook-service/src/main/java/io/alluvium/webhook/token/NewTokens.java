package io.alluvium.webhook.token;

import io.alluvium.webhook.token.TokenCipher.Column;
import io.alluvium.webhook.token.TokenCipher.Place;
import org.jspecify.annotations.Nullable;

/**
 * Tokens on their way into the table.
 *
 * @param refreshToken null where there is none
 * @param expiresIn    seconds
 */
record NewTokens(ClearToken accessToken, @Nullable ClearToken refreshToken, long expiresIn, @Nullable String scope) {

    static final int MAX_SCOPE = 2_000;

    /** Ten years. */
    static final long MAX_SECONDS = 315_360_000;

    /** The same under the active key. */
    record Sealed(
            String keyId,
            byte[] accessToken,
            byte @Nullable [] refreshToken,
            byte @Nullable [] refreshTokenHash,
            long expiresIn,
            @Nullable String scope) {}

    Sealed seal(TokenCipher cipher, Place place) {
        return new Sealed(
                cipher.activeKey(),
                cipher.seal(place, Column.ACCESS_TOKEN, accessToken),
                refreshToken == null ? null : cipher.seal(place, Column.REFRESH_TOKEN, refreshToken),
                refreshToken == null ? null : cipher.hash(refreshToken),
                expiresIn,
                scope);
    }
}
