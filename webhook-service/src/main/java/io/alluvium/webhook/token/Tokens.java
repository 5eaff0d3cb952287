package io.alluvium.webhook.token;

import io.alluvium.kit.Problem;
import io.alluvium.webhook.token.Refreshes.Outcome;
import io.alluvium.webhook.token.TokenCipher.Place;
import io.alluvium.webhook.token.TokenCipher.Unreadable;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tokens that are stored: written, found, and made valid. Thread-safe. */
final class Tokens {

    private static final Logger LOGGER = LoggerFactory.getLogger(Tokens.class);

    /**
     * A token that may be used now.
     *
     * @param isRefreshed  whether it was refreshed for this call or one at the same time
     * @param refreshError why it was not, although it soon ends; null when there was no need to
     */
    record Valid(StoredToken token, ClearToken accessToken, boolean isRefreshed, @Nullable String refreshError) {}

    private final TokenTable table;
    private final RefreshTable refreshTable;
    private final TokenCipher cipher;
    private final Refreshes refreshes;
    private final Duration refreshBefore;

    Tokens(
            TokenTable table,
            RefreshTable refreshTable,
            TokenCipher cipher,
            Refreshes refreshes,
            Duration refreshBefore) {
        this.table = table;
        this.refreshTable = refreshTable;
        this.cipher = cipher;
        this.refreshes = refreshes;
        this.refreshBefore = refreshBefore;
    }

    StoredToken put(Place place, NewTokens tokens) throws SQLException {
        return table.put(place, tokens.seal(cipher, place));
    }

    boolean delete(Place place) throws SQLException {
        return table.delete(place);
    }

    /** @throws Problem 404 */
    StoredToken get(Place place) throws SQLException {
        return table.find(place).orElseThrow(() -> Problem.notFound("no token of " + place + " is stored"));
    }

    Optional<StoredToken> lookUp(ClearToken refreshToken) throws SQLException {
        return table.findByRefreshToken(cipher.hashes(refreshToken));
    }

    /** Stores tokens that somebody else got from the provider; without a refresh token among them the old one stays. */
    StoredToken refreshed(long id, NewTokens tokens) throws SQLException {
        StoredToken old = table.find(id).orElse(null);
        if (old == null) {
            String unknown = "Token with ID " + id + " not found";
            refreshTable.failUnknown(id, unknown);
            throw Problem.notFound(unknown);
        }
        ClearToken refresh = tokens.refreshToken() == null ? refreshTokenToKeep(old) : tokens.refreshToken();
        NewTokens all = new NewTokens(tokens.accessToken(), refresh, tokens.expiresIn(), null);
        return refreshTable
                .store(old, all.seal(cipher, old.place()))
                .orElseThrow(
                        () -> Problem.conflict("another token of " + old.place() + " was put meanwhile; it stays"));
    }

    /** Fails with a {@link Problem}: 404 when there is none, 409 when only a new token helps, 503 when trying again may. */
    CompletionStage<Valid> valid(Place place) {
        try {
            long since = System.nanoTime();
            StoredToken token = get(place);
            if (!token.isEnding(refreshBefore)) {
                return CompletableFuture.completedFuture(new Valid(token, open(token), false, null));
            }
            return refresh(token, false).thenApply(outcome -> valid(token, since, outcome));
        } catch (SQLException | Problem failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    /** Refreshes a token that may have time left; fails with a {@link Problem} when that fails. */
    CompletionStage<StoredToken> refreshNow(Place place) {
        try {
            return refresh(get(place), true).thenApply(outcome -> {
                if (outcome instanceof Outcome.Renewed renewed) {
                    return renewed.token();
                }
                throw problem("the token of " + place + " was not refreshed: ", (Outcome.Failed) outcome);
            });
        } catch (SQLException | Problem failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    private CompletionStage<Outcome> refresh(StoredToken token, boolean forced) {
        String obstacle = refreshes.obstacle(token, forced);
        return obstacle == null
                ? refreshes.refresh(token, forced)
                : CompletableFuture.completedFuture(new Outcome.NeedsNewToken(obstacle));
    }

    private Valid valid(StoredToken old, long since, Outcome outcome) {
        if (outcome instanceof Outcome.Renewed renewed) {
            return new Valid(renewed.token(), open(renewed.token()), true, null);
        }
        Outcome.Failed failed = (Outcome.Failed) outcome;
        if (!old.endsWithin(Duration.ofNanos(System.nanoTime() - since))) {
            return new Valid(old, open(old), false, failed.reason());
        }
        throw problem(
                "the token of " + old.place() + " expired at " + old.expiresAt() + " and was not refreshed: ", failed);
    }

    private static Problem problem(String what, Outcome.Failed failed) {
        if (failed instanceof Outcome.TryLater later) {
            Duration second = Duration.ofSeconds(1);
            return Problem.unavailable(
                    what + later.reason(), later.pause().compareTo(second) < 0 ? second : later.pause());
        }
        return Problem.conflict(what + failed.reason());
    }

    boolean isRefreshable(StoredToken token) {
        return refreshes.obstacle(token, false) == null;
    }

    ClearToken open(StoredToken token) {
        try {
            return token.accessToken(cipher);
        } catch (Unreadable unreadable) {
            throw unreadable(unreadable);
        }
    }

    private @Nullable ClearToken refreshTokenToKeep(StoredToken token) throws SQLException {
        try {
            return token.refreshToken(cipher);
        } catch (Unreadable unreadable) {
            refreshTable.failStoring(token, "the refresh token that was to stay cannot be decrypted");
            throw unreadable(unreadable);
        }
    }

    /** Nothing that a client could mend, and something that an operator should hear of. */
    private static Problem unreadable(Unreadable unreadable) {
        LOGGER.atError().addKeyValue("reason", unreadable.getMessage()).log("token cannot be decrypted");
        return Problem.of(500, String.valueOf(unreadable.getMessage()));
    }
}
