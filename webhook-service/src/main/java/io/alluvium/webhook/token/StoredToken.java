package io.alluvium.webhook.token;

import io.alluvium.webhook.token.TokenCipher.Column;
import io.alluvium.webhook.token.TokenCipher.Place;
import io.alluvium.webhook.token.TokenCipher.Unreadable;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@code oauth_tokens}; the tokens are encrypted.
 *
 * @param version   grows with every new token
 * @param lifetime  seconds that the access token lasted when the provider gave it; null where that is not known
 * @param leaseUntil until when a process has the right to ask the provider for a new one; null or past: none has
 * @param failures  attempts to refresh that failed since it was new
 * @param notBefore the next attempt; null: at any time
 * @param error     why the last attempt failed
 * @param refused   whether the provider will never take the refresh token again
 * @param now       the time of the database when it was read: the only clock that counts
 */
record StoredToken(
        long id,
        Place place,
        String keyId,
        byte[] accessToken,
        byte @Nullable [] refreshToken,
        @Nullable String scope,
        Instant expiresAt,
        @Nullable Long lifetime,
        long version,
        @Nullable Instant leaseUntil,
        int failures,
        @Nullable Instant notBefore,
        @Nullable String error,
        boolean refused,
        Instant createdAt,
        Instant updatedAt,
        Instant now) {

    boolean isExpired() {
        return !expiresAt.isAfter(now);
    }

    /** Whether it is time to refresh it. One that never lasts much longer than that is left alone for half its life. */
    boolean isEnding(Duration refreshBefore) {
        Duration half =
                lifetime == null ? refreshBefore : Duration.ofSeconds(lifetime).dividedBy(2);
        return endsWithin(half.compareTo(refreshBefore) < 0 ? half : refreshBefore);
    }

    boolean isLeased() {
        return leaseUntil != null && leaseUntil.isAfter(now);
    }

    /** Whether it ends within that time, or has ended. */
    boolean endsWithin(Duration time) {
        return !expiresAt.isAfter(now.plus(time));
    }

    /** How long the next attempt to refresh has to wait; not positive: not at all. */
    Duration pause() {
        return notBefore == null ? Duration.ZERO : Duration.between(now, notBefore);
    }

    ClearToken accessToken(TokenCipher cipher) throws Unreadable {
        return cipher.open(keyId, place, Column.ACCESS_TOKEN, accessToken);
    }

    @Nullable
    ClearToken refreshToken(TokenCipher cipher) throws Unreadable {
        return refreshToken == null ? null : cipher.open(keyId, place, Column.REFRESH_TOKEN, refreshToken);
    }

    @Override
    public String toString() {
        return "token " + id + " of " + place + ", version " + version;
    }
}
