package io.alluvium.webhook.token;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What refreshing writes: the lease of whoever asks the provider, the new tokens, and a row of {@code token_refresh_audit}
 * for every attempt. Thread-safe.
 */
final class RefreshTable {

    /** Of at most one process: two that try at once wait for each other's row lock, and the second finds the lease. */
    private static final String LEASE =
            """
            UPDATE oauth_tokens
            SET refresh_lease_until = now() + make_interval(secs => ?)
            WHERE id = ? AND version = ? AND NOT refresh_refused
                AND (refresh_lease_until IS NULL OR refresh_lease_until <= now())
            """;

    private static final String RENEW =
            """
            UPDATE oauth_tokens
            SET key_id = ?, access_token = ?, refresh_token = ?, refresh_token_hash = ?, scope = coalesce(?, scope),
                expires_at = now() + make_interval(secs => ?), version = version + 1, refresh_lease_until = NULL,
                refresh_failures = 0, refresh_not_before = NULL, refresh_error = NULL, refresh_refused = false,
                updated_at = now()
            WHERE id = ? AND version = ?
            RETURNING
            """
                    + TokenTable.COLUMNS;

    private static final String FAIL =
            """
            UPDATE oauth_tokens
            SET refresh_lease_until = NULL, refresh_failures = refresh_failures + 1,
                refresh_not_before = now() + make_interval(secs => ?), refresh_error = ?, refresh_refused = ?
            WHERE id = ? AND version = ?
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

    /** @return whether it is ours to ask the provider, for that long; it is not when the token is another one by now */
    boolean lease(StoredToken token, Duration time) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(LEASE)) {
            statement.setDouble(1, time.toMillis() / 1000.0);
            statement.setLong(2, token.id());
            statement.setLong(3, token.version());
            return statement.executeUpdate() == 1;
        }
    }

    /** @return empty when the token is another one by now, which then stays; nothing is written but a row of the audit */
    Optional<StoredToken> renew(StoredToken old, NewTokens.Sealed tokens) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try {
                Optional<StoredToken> renewed = replace(connection, old, tokens);
                Instant end = renewed.map(StoredToken::expiresAt).orElse(null);
                audit(connection, old, end, end == null ? "another token was put meanwhile; it stays" : null);
                connection.commit();
                return renewed;
            } catch (SQLException failure) {
                connection.rollback();
                throw failure;
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }

    private static Optional<StoredToken> replace(Connection connection, StoredToken old, NewTokens.Sealed tokens)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RENEW)) {
            statement.setString(1, tokens.keyId());
            statement.setBytes(2, tokens.accessToken());
            statement.setBytes(3, tokens.refreshToken());
            statement.setBytes(4, tokens.refreshTokenHash());
            statement.setString(5, tokens.scope());
            statement.setDouble(6, tokens.expiresIn());
            statement.setLong(7, old.id());
            statement.setLong(8, old.version());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(TokenTable.token(row)) : Optional.empty();
            }
        }
    }

    /** Writes down that an attempt failed: first for the audit, then at the token. */
    void fail(StoredToken token, String error, boolean refused, Duration pause) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            audit(connection, token, null, error);
            try (PreparedStatement statement = connection.prepareStatement(FAIL)) {
                statement.setDouble(1, pause.toMillis() / 1000.0);
                statement.setString(2, error);
                statement.setBoolean(3, refused);
                statement.setLong(4, token.id());
                statement.setLong(5, token.version());
                statement.executeUpdate();
            }
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
