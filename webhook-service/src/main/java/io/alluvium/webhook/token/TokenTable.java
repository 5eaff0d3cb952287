package io.alluvium.webhook.token;

import io.alluvium.webhook.token.TokenCipher.Place;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** {@code oauth_tokens}: each call is one statement in a transaction of its own. Thread-safe. */
final class TokenTable {

    /** What {@link #token} reads. */
    static final String COLUMNS =
            """
            id, service_name, token_type, key_id, access_token, refresh_token, scope, expires_at, lifetime_seconds,
            version, refresh_lease_until, refresh_failures, refresh_not_before, refresh_error, refresh_refused,
            created_at, updated_at, now() AS now""";

    static final String BY_NAME = "SELECT " + COLUMNS + " FROM oauth_tokens WHERE service_name = ? AND token_type = ?";

    private static final String BY_ID = "SELECT " + COLUMNS + " FROM oauth_tokens WHERE id = ?";

    static final String BY_REFRESH_TOKEN = "SELECT " + COLUMNS
            + """
             FROM oauth_tokens
            WHERE refresh_token_hash = ANY (?)
            ORDER BY updated_at DESC, id DESC
            LIMIT 1
            """;

    private static final String PUT =
            """
            INSERT INTO oauth_tokens (service_name, token_type, key_id, access_token, refresh_token, refresh_token_hash, scope,
                                      expires_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, now() + make_interval(secs => ?))
            ON CONFLICT (service_name, token_type) DO UPDATE
            SET key_id = excluded.key_id, access_token = excluded.access_token, refresh_token = excluded.refresh_token,
                refresh_token_hash = excluded.refresh_token_hash, scope = excluded.scope, expires_at = excluded.expires_at,
                lifetime_seconds = NULL, version = oauth_tokens.version + 1, refresh_failures = 0,
                refresh_lease_until = CASE WHEN oauth_tokens.refresh_token_hash = ANY (?)
                                           THEN oauth_tokens.refresh_lease_until END,
                refresh_not_before = NULL, refresh_error = NULL, refresh_refused = false, updated_at = now()
            RETURNING
            """
                    + COLUMNS;

    private static final String DELETE = "DELETE FROM oauth_tokens WHERE service_name = ? AND token_type = ?";

    private final DataSource dataSource;

    TokenTable(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    Optional<StoredToken> find(Place place) throws SQLException {
        return one(BY_NAME, statement -> {
            statement.setString(1, place.service());
            statement.setString(2, place.type());
        });
    }

    Optional<StoredToken> find(long id) throws SQLException {
        return one(BY_ID, statement -> statement.setLong(1, id));
    }

    /** @param hashes any of them; if several rows have that token, the one that was written last */
    Optional<StoredToken> findByRefreshToken(List<byte[]> hashes) throws SQLException {
        return one(BY_REFRESH_TOKEN, statement -> statement.setArray(1, hashes(statement, hashes)));
    }

    /**
     * Writes them over what is there. A refresh that is under way then comes to nothing, unless it is for the same refresh
     * token: then what the provider gives for it is newer than this.
     */
    StoredToken put(Place place, NewTokens.Sealed tokens) throws SQLException {
        return one(PUT, statement -> {
                    statement.setString(1, place.service());
                    statement.setString(2, place.type());
                    statement.setString(3, tokens.keyId());
                    statement.setBytes(4, tokens.accessToken());
                    statement.setBytes(5, tokens.refreshToken());
                    statement.setBytes(6, tokens.refreshTokenHash());
                    statement.setString(7, tokens.scope());
                    statement.setDouble(8, tokens.expiresIn());
                    statement.setArray(9, hashes(statement, tokens.lookups()));
                })
                .orElseThrow();
    }

    /** @return false when there was none */
    boolean delete(Place place) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(DELETE)) {
            statement.setString(1, place.service());
            statement.setString(2, place.type());
            return statement.executeUpdate() > 0;
        }
    }

    static Array hashes(PreparedStatement statement, List<byte[]> hashes) throws SQLException {
        return statement.getConnection().createArrayOf("bytea", hashes.toArray(byte[][]::new));
    }

    @FunctionalInterface
    private interface Values {
        void bind(PreparedStatement statement) throws SQLException;
    }

    private Optional<StoredToken> one(String query, Values values) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return one(connection, query, values);
        }
    }

    /** What is there within a transaction. */
    static Optional<StoredToken> find(Connection connection, long id) throws SQLException {
        return one(connection, BY_ID, statement -> statement.setLong(1, id));
    }

    private static Optional<StoredToken> one(Connection connection, String query, Values values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            values.bind(statement);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(token(row)) : Optional.empty();
            }
        }
    }

    /** @param row with {@link #COLUMNS} */
    static StoredToken token(ResultSet row) throws SQLException {
        return new StoredToken(
                row.getLong("id"),
                new Place(row.getString("service_name"), row.getString("token_type")),
                row.getString("key_id"),
                row.getBytes("access_token"),
                row.getBytes("refresh_token"),
                row.getString("scope"),
                time(row, "expires_at"),
                row.getObject("lifetime_seconds", Long.class),
                row.getLong("version"),
                nullableTime(row, "refresh_lease_until"),
                row.getInt("refresh_failures"),
                nullableTime(row, "refresh_not_before"),
                row.getString("refresh_error"),
                row.getBoolean("refresh_refused"),
                time(row, "created_at"),
                time(row, "updated_at"),
                time(row, "now"));
    }

    private static Instant time(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static @Nullable Instant nullableTime(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
