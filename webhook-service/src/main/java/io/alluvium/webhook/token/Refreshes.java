package io.alluvium.webhook.token;

import static java.util.Objects.requireNonNull;

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
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refreshes tokens: of all who want the same one in this process one does it, and of all processes one asks the provider,
 * under a lease in the database. While the provider is asked no transaction is open and no connection is held. Who asks for a
 * token is answered in time, also while the provider or the database takes longer. Thread-safe.
 */
final class Refreshes {

    private static final Logger LOGGER = LoggerFactory.getLogger(Refreshes.class);

    /** How long new tokens are tried to be stored when the database is away. */
    private static final Duration STORING = Duration.ofMinutes(2);

    /** What a process may be late by: nobody asks a provider who got the lease longer ago than half of that. */
    private static final Duration MARGIN = Duration.ofSeconds(10);

    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    /** What became of it. */
    sealed interface Outcome {

        /** @param token the new one, whoever got it, with time left */
        record Renewed(StoredToken token) implements Outcome {}

        /** It was not refreshed. */
        sealed interface Failed extends Outcome {
            String reason();
        }

        /** Only a new token that somebody puts there helps. */
        record NeedsNewToken(String reason) implements Failed {}

        /** @param pause after which to try again */
        record TryLater(String reason, Duration pause) implements Failed {}
    }

    private final TokenTable tokens;
    private final RefreshTable table;
    private final TokenCipher cipher;
    private final Providers providers;
    private final Duration refreshBefore;
    private final RefreshThreads threads;
    private final MeterRegistry meters;
    private final Map<Long, CompletableFuture<Outcome>> underWay = new ConcurrentHashMap<>();

    Refreshes(
            TokenTable tokens,
            RefreshTable table,
            TokenCipher cipher,
            Providers providers,
            Duration refreshBefore,
            RefreshThreads threads,
            MeterRegistry meters) {
        this.tokens = tokens;
        this.table = table;
        this.cipher = cipher;
        this.providers = providers;
        this.refreshBefore = refreshBefore;
        this.threads = threads;
        this.meters = meters;
    }

    /** How long whoever asks the provider has the right to: until its last answer is stored or given up. */
    static Duration lease(TokenEndpoint endpoint) {
        return endpoint.longestCall().plus(STORING).plus(MARGIN);
    }

    /**
     * @param forced whether a refusal of the provider need not be its last word
     * @return why the token cannot be refreshed by asking the provider; null when it can
     */
    @Nullable
    String obstacle(StoredToken token, boolean forced) {
        if (token.refused() && !forced) {
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
        String service = stale.place().service();
        try {
            Duration patience = providers.of(service).orElseThrow().timeout().plus(MARGIN);
            CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(() -> mine.complete(later("it takes longer than " + patience.toSeconds() + " s")));
            threads.execute(service, () -> run(stale, forced, mine));
        } catch (RejectedExecutionException full) {
            finish(
                    stale.id(),
                    mine,
                    later(threads.areClosing() ? "this process stops" : "too many are being refreshed"));
        } catch (Throwable failure) { // whatever it is: the next one who asks must be able to try
            underWay.remove(stale.id(), mine);
            mine.completeExceptionally(failure);
        }
        return forced || stale.isExpired() || !threads.areBusy(service)
                ? mine
                : CompletableFuture.completedFuture(later("many tokens of " + service + " are being refreshed"));
    }

    private void run(StoredToken stale, boolean forced, CompletableFuture<Outcome> mine) {
        try {
            finish(stale.id(), mine, inTurn(stale, forced, mine));
        } catch (Throwable failure) {
            underWay.remove(stale.id(), mine);
            if (!mine.completeExceptionally(failure)) {
                LOGGER.atError()
                        .addKeyValue("token", stale.id())
                        .setCause(failure)
                        .log("token not refreshed");
            }
        }
    }

    private void finish(long id, CompletableFuture<Outcome> mine, Outcome outcome) {
        // First: whoever comes afterwards with an old row finds the new one in the table.
        underWay.remove(id, mine);
        mine.complete(outcome);
    }

    private static Outcome later(String reason) {
        return new Outcome.TryLater(reason, Duration.ofSeconds(1));
    }

    /** @param early is completed when the provider is late: the callers need not wait for what comes of it */
    private Outcome inTurn(StoredToken stale, boolean forced, CompletableFuture<Outcome> early)
            throws SQLException, InterruptedException {
        TokenEndpoint endpoint = providers.of(stale.place().service()).orElseThrow();
        while (!threads.areClosing()) {
            StoredToken token = tokens.find(stale.id()).orElse(null);
            if (token == null) {
                return new Outcome.NeedsNewToken("the token was deleted");
            }
            boolean isNew = token.version() != stale.version();
            if (!token.isExpired() && (isNew || !forced && !token.isEnding(refreshBefore))) {
                return new Outcome.Renewed(token);
            }
            String obstacle = obstacle(token, forced);
            if (obstacle != null) {
                return new Outcome.NeedsNewToken(obstacle);
            }
            if (!forced && !token.pause().isZero() && !token.pause().isNegative()) {
                return new Outcome.TryLater(String.valueOf(token.error()), token.pause());
            }
            if (token.isLeased()) {
                Duration left = Duration.between(token.now(), token.leaseUntil());
                if (lease(endpoint).minus(left).compareTo(endpoint.timeout()) > 0) {
                    return later("another instance has asked the provider, and not stored an answer yet");
                }
                Thread.sleep(POLL.toMillis());
                continue;
            }
            long before = System.nanoTime();
            StoredToken leased = table.lease(token, forced, lease(endpoint)).orElse(null);
            if (leased != null) {
                return ask(endpoint, leased, before, early);
            }
        }
        return later("this process stops");
    }

    private Outcome ask(TokenEndpoint endpoint, StoredToken token, long leasedAt, CompletableFuture<Outcome> early)
            throws SQLException, InterruptedException {
        ClearToken refreshToken;
        try {
            refreshToken = requireNonNull(token.refreshToken(cipher));
        } catch (Unreadable unreadable) {
            return failed(token, String.valueOf(unreadable.getMessage()), false);
        }
        if (System.nanoTime() - leasedAt > MARGIN.dividedBy(2).toNanos()) {
            return failed(token, "this process was too slow to ask the provider", false);
        }
        ProviderAnswer answer = endpoint.refresh(refreshToken, late -> early.complete(later(late)));
        if (answer instanceof Granted granted) {
            return keep(token, granted, refreshToken);
        }
        return answer instanceof Refused refused
                ? failed(token, refused.reason(), true)
                : failed(token, ((Unavailable) answer).reason(), false);
    }

    /**
     * From here on the old refresh token may be worthless and the new one is nowhere but here. So the database may be away for
     * a while; if it does not come back, or this process dies, somebody has to put a new token.
     */
    private Outcome keep(StoredToken leased, Granted granted, ClearToken oldRefreshToken)
            throws SQLException, InterruptedException {
        if (!granted.ignored().isEmpty()) {
            meters.counter("alluvium.token.answers.odd").increment();
            LOGGER.atWarn()
                    .addKeyValue("token", leased.id())
                    .addKeyValue("ignored", granted.ignored())
                    .log("provider gave a token and something that cannot be read");
        }
        NewTokens given = granted.tokens();
        NewTokens all = given.refreshToken() != null
                ? given
                : new NewTokens(given.accessToken(), oldRefreshToken, given.expiresIn(), given.scope());
        NewTokens.Sealed sealed = all.seal(cipher, leased.place());
        long deadline = System.nanoTime() + STORING.toNanos();
        for (long pause = 250; ; pause = Math.min(2 * pause, 4_000)) {
            try {
                return kept(leased, table.renew(leased, sealed));
            } catch (SQLException away) {
                if (System.nanoTime() > deadline) {
                    return lost(leased, given, away);
                }
                LOGGER.atWarn()
                        .addKeyValue("token", leased.id())
                        .addKeyValue("sqlState", away.getSQLState())
                        .log("new token not stored yet; tried again");
                Thread.sleep(pause);
            }
        }
    }

    private Outcome kept(StoredToken leased, Optional<StoredToken> renewed) throws SQLException {
        count(renewed.isPresent() ? "refreshed" : "superseded");
        StoredToken present =
                renewed.isPresent() ? renewed.get() : tokens.find(leased.id()).orElse(null);
        if (present == null) {
            return new Outcome.NeedsNewToken("the token was deleted");
        }
        return present.isExpired()
                ? later("another token was put meanwhile, which has expired")
                : new Outcome.Renewed(present);
    }

    private Outcome lost(StoredToken leased, NewTokens given, SQLException away) {
        count("lost");
        LOGGER.atError()
                .addKeyValue("token", leased.id())
                .addKeyValue("refreshTokenLost", given.refreshToken() != null)
                .setCause(away)
                .log("new token not stored");
        return later("the new token could not be stored");
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
        return isFinal ? new Outcome.NeedsNewToken(shortened) : new Outcome.TryLater(shortened, pause);
    }

    private void count(String outcome) {
        Counter.builder("alluvium.token.refreshes")
                .description("Attempts of this process to refresh a token by asking its provider, by outcome")
                .tag("outcome", outcome)
                .register(meters)
                .increment();
    }
}
