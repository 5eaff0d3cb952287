package io.alluvium.webhook.token;

import static java.util.Objects.requireNonNull;

import io.alluvium.webhook.Transaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What refreshing writes: the lease of whoever asks the provider, the new tokens, and a row of {@code token_refresh_audit}
 * for every attempt. Thread-safe.
 */
final class RefreshTable {

    private static final Logger LOGGER = LoggerFactory.getLogger(RefreshTable.class);

    /**
     * Of at most one process: two that try at once wait for each other's row lock, and the second finds the lease. The clock
     * is read once the lock is there, however long that took.
     */
    private static final String LEASE =
            """
            UPDATE oauth_tokens
            SET refresh_lease_until = clock_timestamp() + make_interval(secs => ?)
            WHERE id = ? AND version = ? AND (? OR NOT refresh_refused)
                AND (refresh_lease_until IS NULL OR refresh_lease_until <= clock_timestamp())
            RETURNING
            """
                    + TokenTable.COLUMNS;

    // A lease that is still the same is still for the same refresh token: whatever puts another one there ends it. And
    // it
    // outlasts tokens that somebody else brings, if they come with the refresh token that the provider is being asked
    // with.
    private static final String RENEW =
            """
            UPDATE oauth_tokens
            SET key_id = ?, access_token = ?, refresh_token = ?, refresh_token_hash = ?, scope = coalesce(?, scope),
                expires_at = now() + make_interval(secs => ?), lifetime_seconds = ?, version = version + 1,
                refresh_lease_until = CASE WHEN refresh_lease_until <> ? AND refresh_token_hash = ANY (?)
                                           THEN refresh_lease_until END,
                refresh_failures = 0, refresh_not_before = NULL, refresh_error = NULL, refresh_refused = false,
                updated_at = now()
            WHERE id = ? AND (version = ? OR refresh_lease_until = ?)
            RETURNING
            """
                    + TokenTable.COLUMNS;

    private static final String FAIL =
            """
            UPDATE oauth_tokens
            SET refresh_lease_until = NULL, refresh_failures = refresh_failures + 1,
                refresh_not_before = now() + make_interval(secs => ?), refresh_error = ?, refresh_refused = ?
            WHERE id = ? AND refresh_lease_until = ?
            """;

    private static final String AUDIT =
            """
            INSERT INTO token_refresh_audit (token_id, service_name, token_type, previous_expires_at, new_expires_at, success,
                                             error_message)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """;

    private final DataSource dataSource;

    RefreshTable(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * @param forced even if the provider has refused the refresh token
     * @return the token with the lease, if it is ours to ask the provider, for that long; it is not when somebody else has
     *     it, or when the token is another one by now
     */
    Optional<StoredToken> lease(StoredToken token, boolean forced, Duration time) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(LEASE)) {
            statement.setDouble(1, time.toMillis() / 1000.0);
            statement.setLong(2, token.id());
            statement.setLong(3, token.version());
            statement.setBoolean(4, forced);
            return one(statement);
        }
    }

    /**
     * Stores what the provider gave to the holder of the lease; to be tried again for as long as it throws.
     *
     * @return empty when the token is another one by now, which then stays; nothing is written but a row of the audit
     */
    Optional<StoredToken> renew(StoredToken leased, NewTokens.Sealed tokens) throws SQLException {
        return replace(leased, leased.leaseUntil(), tokens, tokens.expiresIn());
    }

    /** Stores what somebody else brought; otherwise like {@link #renew}. */
    Optional<StoredToken> store(StoredToken old, NewTokens.Sealed tokens) throws SQLException {
        return replace(old, null, tokens, null);
    }

    private Optional<StoredToken> replace(
            StoredToken old, @Nullable Instant lease, NewTokens.Sealed tokens, @Nullable Long lifetime)
            throws SQLException {
        return Transaction.run(dataSource, connection -> {
            Optional<StoredToken> renewed = replace(connection, old, lease, tokens, lifetime);
            Optional<StoredToken> present = renewed.isPresent() ? renewed : TokenTable.find(connection, old.id());
            if (renewed.isEmpty() && present.filter(tokens::isIn).isPresent()) {
                return present; // by an attempt before this one, whose commit was not heard of
            }
            String obstacle =
                    present.isEmpty() ? "the token was deleted meanwhile" : "another token was put meanwhile; it stays";
            Instant end = renewed.map(StoredToken::expiresAt).orElse(null);
            auditIfPossible(connection, old, end, renewed.isPresent() ? null : obstacle);
            return renewed;
        });
    }

    private static Optional<StoredToken> replace(
            Connection connection,
            StoredToken old,
            @Nullable Instant lease,
            NewTokens.Sealed tokens,
            @Nullable Long lifetime)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RENEW)) {
            // Of nobody who brings tokens is it the lease.
            OffsetDateTime own = (lease == null ? Instant.EPOCH : lease).atOffset(ZoneOffset.UTC);
            statement.setString(1, tokens.keyId());
            statement.setBytes(2, tokens.accessToken());
            statement.setBytes(3, tokens.refreshToken());
            statement.setBytes(4, tokens.refreshTokenHash());
            statement.setString(5, tokens.scope());
            statement.setDouble(6, tokens.expiresIn());
            statement.setObject(7, lifetime, Types.BIGINT);
            statement.setObject(8, own);
            statement.setArray(9, TokenTable.hashes(statement, tokens.lookups()));
            statement.setLong(10, old.id());
            statement.setLong(11, old.version());
            statement.setObject(12, own);
            return one(statement);
        }
    }

    private static Optional<StoredToken> one(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            return row.next() ? Optional.of(TokenTable.token(row)) : Optional.empty();
        }
    }

    /** Writes down that an attempt failed: first for the audit, then at the token, if its lease is still the one of this attempt. */
    void fail(StoredToken leased, String error, boolean refused, Duration pause) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            audit(connection, leased, null, error);
            try (PreparedStatement statement = connection.prepareStatement(FAIL)) {
                statement.setDouble(1, pause.toMillis() / 1000.0);
                statement.setString(2, error);
                statement.setBoolean(3, refused);
                statement.setLong(4, leased.id());
                statement.setObject(5, requireNonNull(leased.leaseUntil()).atOffset(ZoneOffset.UTC));
                statement.executeUpdate();
            }
        }
    }

    /** Writes down that tokens which somebody brought were not stored. */
    void failStoring(StoredToken old, String error) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            audit(connection, old, null, error);
        }
    }

    /** Writes down an attempt on a token that is not there. */
    void failUnknown(long id, String error) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(AUDIT)) {
            statement.setLong(1, id);
            statement.setNull(2, Types.VARCHAR);
            statement.setNull(3, Types.VARCHAR);
            statement.setNull(4, Types.TIMESTAMP_WITH_TIMEZONE);
            statement.setNull(5, Types.TIMESTAMP_WITH_TIMEZONE);
            statement.setBoolean(6, false);
            statement.setString(7, error);
            statement.executeUpdate();
        }
    }

    /** A new token is worth more than the row that tells of it. */
    private static void auditIfPossible(
            Connection connection, StoredToken token, @Nullable Instant newEnd, @Nullable String error)
            throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            audit(connection, token, newEnd, error);
        } catch (SQLException failure) {
            connection.rollback(before);
            LOGGER.atError().addKeyValue("token", token.id()).setCause(failure).log("refresh not written to the audit");
        }
    }

    private static void audit(
            Connection connection, StoredToken token, @Nullable Instant newEnd, @Nullable String error)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(AUDIT)) {
            statement.setLong(1, token.id());
            statement.setString(2, token.place().service());
            statement.setString(3, token.place().type());
            statement.setObject(4, token.expiresAt().atOffset(ZoneOffset.UTC));
            statement.setObject(5, newEnd == null ? null : newEnd.atOffset(ZoneOffset.UTC));
            statement.setBoolean(6, error == null);
            statement.setString(7, error);
            statement.executeUpdate();
        }
    }
}
