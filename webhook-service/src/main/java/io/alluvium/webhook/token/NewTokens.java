package io.alluvium.webhook.token;

import io.alluvium.webhook.token.TokenCipher.Column;
import io.alluvium.webhook.token.TokenCipher.Place;
import java.util.Arrays;
import java.util.List;
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

    /**
     * The same under the active key.
     *
     * @param lookups all hashes that a row may have if its refresh token is this one
     */
    record Sealed(
            String keyId,
            byte[] accessToken,
            byte @Nullable [] refreshToken,
            byte @Nullable [] refreshTokenHash,
            List<byte[]> lookups,
            long expiresIn,
            @Nullable String scope) {

        /** Whether these very tokens are in that row: of two that are encrypted, none looks like the other. */
        boolean isIn(StoredToken row) {
            return Arrays.equals(row.accessToken(), accessToken);
        }
    }

    Sealed seal(TokenCipher cipher, Place place) {
        return new Sealed(
                cipher.activeKey(),
                cipher.seal(place, Column.ACCESS_TOKEN, accessToken),
                refreshToken == null ? null : cipher.seal(place, Column.REFRESH_TOKEN, refreshToken),
                refreshToken == null ? null : cipher.hash(refreshToken),
                refreshToken == null ? List.of() : cipher.hashes(refreshToken),
                expiresIn,
                scope);
    }
}
