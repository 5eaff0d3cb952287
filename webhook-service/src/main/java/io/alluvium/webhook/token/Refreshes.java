package io.alluvium.webhook.token;

import io.alluvium.webhook.token.ProviderAnswer.Granted;
import io.alluvium.webhook.token.ProviderAnswer.Refused;
import io.alluvium.webhook.token.ProviderAnswer.Unavailable;
import io.alluvium.webhook.token.TokenCipher.Unreadable;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refreshes tokens: of all who want the same one in this process one does it, and of all processes one asks the provider,
 * under a lease in the database. While the provider is asked no transaction is open and no connection is held. Thread-safe.
 */
final class Refreshes {

    private static final Logger LOGGER = LoggerFactory.getLogger(Refreshes.class);

    /** How long a lease outlasts the provider's timeout: what storing the answer may take. */
    private static final Duration MARGIN = Duration.ofSeconds(10);

    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    /** What became of it. */
    sealed interface Outcome {

        /** @param token the new one, whoever got it */
        record Renewed(StoredToken token) implements Outcome {}

        /**
         * @param isFinal whether only a new token that somebody puts there helps
         * @param pause   after which to try again
         */
        record Failed(String reason, boolean isFinal, Duration pause) implements Outcome {}
    }

    private final TokenTable tokens;
    private final RefreshTable table;
    private final TokenCipher cipher;
    private final Providers providers;
    private final Duration refreshBefore;
    private final Executor executor;
    private final MeterRegistry meters;
    private final Map<Long, CompletableFuture<Outcome>> underWay = new ConcurrentHashMap<>();

    Refreshes(
            TokenTable tokens,
            RefreshTable table,
            TokenCipher cipher,
            Providers providers,
            Duration refreshBefore,
            Executor executor,
            MeterRegistry meters) {
        this.tokens = tokens;
        this.table = table;
        this.cipher = cipher;
        this.providers = providers;
        this.refreshBefore = refreshBefore;
        this.executor = executor;
        this.meters = meters;
    }

    /** @return why the token cannot be refreshed by asking the provider; null when it can */
    @Nullable
    String obstacle(StoredToken token) {
        if (token.refused()) {
            return token.error() + ": a new token must be put";
        }
        if (token.refreshToken() == null) {
            return "there is no refresh token";
        }
        return providers.of(token.place().service()).isPresent()
                ? null
                : "no provider is configured for " + token.place().service();
    }

    /**
     * @param stale  a token that can be refreshed
     * @param forced even if it lasts, or lately failed to be refreshed
     */
    CompletionStage<Outcome> refresh(StoredToken stale, boolean forced) {
        CompletableFuture<Outcome> mine = new CompletableFuture<>();
        CompletableFuture<Outcome> earlier = underWay.putIfAbsent(stale.id(), mine);
        if (earlier != null) {
            return earlier;
        }
        try {
            executor.execute(() -> {
                try {
                    finish(stale.id(), mine, inTurn(stale, forced));
                } catch (Throwable failure) {
                    underWay.remove(stale.id(), mine);
                    mine.completeExceptionally(failure);
                }
            });
        } catch (RejectedExecutionException full) {
            finish(stale.id(), mine, later("too many tokens are being refreshed at once"));
        }
        return mine;
    }

    private void finish(long id, CompletableFuture<Outcome> mine, Outcome outcome) {
        // First: whoever comes afterwards with an old row finds the new one in the table.
        underWay.remove(id, mine);
        mine.complete(outcome);
    }

    private static Outcome later(String reason) {
        return new Outcome.Failed(reason, false, Duration.ofSeconds(1));
    }

    private Outcome inTurn(StoredToken stale, boolean forced) throws SQLException, InterruptedException {
        TokenEndpoint endpoint = providers.of(stale.place().service()).orElseThrow();
        Duration lease = endpoint.timeout().plus(MARGIN);
        // Longer than the lease of one that has just died.
        Duration patience = lease.plusSeconds(2);
        long deadline = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < deadline) {
            StoredToken token = tokens.find(stale.id()).orElse(null);
            if (token == null) {
                return new Outcome.Failed("the token was deleted", true, Duration.ZERO);
            }
            boolean isNew = token.version() != stale.version();
            if (isNew || !forced && !token.endsWithin(refreshBefore)) {
                return new Outcome.Renewed(token);
            }
            String obstacle = obstacle(token);
            if (obstacle != null) {
                return new Outcome.Failed(obstacle, true, Duration.ZERO);
            }
            if (!forced && !token.pause().isZero() && !token.pause().isNegative()) {
                return new Outcome.Failed(String.valueOf(token.error()), false, token.pause());
            }
            if (!token.leased() && table.lease(token, lease)) {
                return ask(endpoint, token);
            }
            Thread.sleep(POLL.toMillis());
        }
        return later("another instance has been refreshing it for " + patience.toSeconds() + " s");
    }

    private Outcome ask(TokenEndpoint endpoint, StoredToken token) throws SQLException, InterruptedException {
        ClearToken refreshToken;
        try {
            refreshToken = java.util.Objects.requireNonNull(token.refreshToken(cipher));
        } catch (Unreadable unreadable) {
            return failed(token, String.valueOf(unreadable.getMessage()), false);
        }
        ProviderAnswer answer = endpoint.refresh(refreshToken);
        if (answer instanceof Granted granted) {
            return keep(token, granted.tokens(), refreshToken);
        }
        return answer instanceof Refused refused
                ? failed(token, refused.reason(), true)
                : failed(token, ((Unavailable) answer).reason(), false);
    }

    /**
     * From here on the old refresh token may be worthless and the new one is nowhere but here. So the database may be away for
     * a while; if it does not come back, or this process dies, somebody has to put a new token.
     */
    private Outcome keep(StoredToken token, NewTokens granted, ClearToken oldRefreshToken)
            throws SQLException, InterruptedException {
        NewTokens all = granted.refreshToken() != null
                ? granted
                : new NewTokens(granted.accessToken(), oldRefreshToken, granted.expiresIn(), granted.scope());
        NewTokens.Sealed sealed = all.seal(cipher, token.place());
        long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (true) {
            try {
                Optional<StoredToken> renewed = table.renew(token, sealed);
                count(renewed.isPresent() ? "refreshed" : "superseded");
                Optional<StoredToken> present = renewed.isPresent() ? renewed : tokens.find(token.id());
                return present.<Outcome>map(Outcome.Renewed::new)
                        .orElseGet(() -> new Outcome.Failed("the token was deleted", true, Duration.ZERO));
            } catch (SQLException away) {
                if (System.nanoTime() > deadline) {
                    throw away;
                }
                LOGGER.atWarn().addKeyValue("token", token.id()).log("new token not stored yet; tried again");
                Thread.sleep(250);
            }
        }
    }

    private Outcome failed(StoredToken token, String reason, boolean isFinal) throws SQLException {
        long doubled = 1L << Math.min(token.failures(), 6);
        Duration pause = Duration.ofSeconds(Math.min(doubled, LONGEST_PAUSE.toSeconds()));
        String shortened = reason.length() <= 200 ? reason : reason.substring(0, 200);
        table.fail(token, shortened, isFinal, isFinal ? Duration.ZERO : pause);
        count(isFinal ? "refused" : "failed");
        LOGGER.atWarn()
                .addKeyValue("token", token.id())
                .addKeyValue("reason", shortened)
                .addKeyValue("final", isFinal)
                .log("token not refreshed");
        return new Outcome.Failed(shortened, isFinal, pause);
    }

    private void count(String outcome) {
        Counter.builder("alluvium.token.refreshes")
                .description("Attempts of this process to refresh a token by asking its provider, by outcome")
                .tag("outcome", outcome)
                .register(meters)
                .increment();
    }
}
