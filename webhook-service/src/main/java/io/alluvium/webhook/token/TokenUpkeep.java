package io.alluvium.webhook.token;

import io.alluvium.kit.Problem;
import io.alluvium.webhook.Transaction;
import io.alluvium.webhook.token.TokenCipher.Unreadable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done to many tokens at once, in small transactions: each that is committed stays done. */
final class TokenUpkeep {

    private static final Logger LOGGER = LoggerFactory.getLogger(TokenUpkeep.class);
    private static final int CLEANUP_BATCH = 1000;
    private static final int REENCRYPT_BATCH = 100;

    private static final String EXPIRED =
            """
            FROM oauth_tokens
            WHERE expires_at <= now() AND (? OR refresh_token IS NULL OR refresh_refused)
                AND (refresh_lease_until IS NULL OR refresh_lease_until <= now())
            """;

    private static final String COUNT_EXPIRED = "SELECT count(*) " + EXPIRED;

    private static final String DELETE_EXPIRED = "DELETE FROM oauth_tokens WHERE id IN (SELECT id " + EXPIRED
            + "ORDER BY expires_at LIMIT " + CLEANUP_BATCH + " FOR UPDATE SKIP LOCKED)";

    private static final String UNKNOWN_KEYS =
            "SELECT DISTINCT key_id FROM oauth_tokens WHERE key_id <> ALL (?) ORDER BY key_id LIMIT 10";

    private static final String COUNT_OTHER_KEYS = "SELECT count(*) FROM oauth_tokens WHERE key_id <> ?";

    // In the order of ids, from the last one on: one that cannot be read stands in nobody's way.
    private static final String OTHER_KEYS = "SELECT " + TokenTable.COLUMNS
            + """
             FROM oauth_tokens
            WHERE key_id <> ? AND id > ?
            ORDER BY id
            LIMIT ?
            FOR UPDATE
            """;

    private static final String REWRITE =
            """
            UPDATE oauth_tokens
            SET key_id = ?, access_token = ?, refresh_token = ?, refresh_token_hash = ?
            WHERE id = ?
            """;

    /**
     * @param reencrypted rows that are now under the active key
     * @param unreadable  rows among those looked at that cannot be decrypted; the log says why
     * @param remaining   rows under other keys, those included
     */
    record Reencrypted(int reencrypted, int unreadable, long remaining, String activeKey, boolean dryRun) {}

    private final DataSource dataSource;
    private final TokenCipher cipher;

    TokenUpkeep(DataSource dataSource, TokenCipher cipher) {
        this.dataSource = dataSource;
        this.cipher = cipher;
    }

    long countExpired(boolean includeRefreshable) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(COUNT_EXPIRED)) {
            statement.setBoolean(1, includeRefreshable);
            return number(statement);
        }
    }

    long deleteExpired(boolean includeRefreshable) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(DELETE_EXPIRED)) {
            statement.setBoolean(1, includeRefreshable);
            long deleted = 0;
            int batch;
            do {
                batch = statement.executeUpdate();
                deleted += batch;
            } while (batch == CLEANUP_BATCH);
            return deleted;
        }
    }

    /** @return ids of keys that tokens are encrypted with and that are not configured; ten at most */
    List<String> unknownKeys() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(UNKNOWN_KEYS)) {
            statement.setArray(
                    1, connection.createArrayOf("varchar", cipher.keyIds().toArray()));
            List<String> unknown = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    unknown.add(rows.getString(1));
                }
            }
            return unknown;
        }
    }

    /**
     * @param limit     rows to look at, at most
     * @param activeKey the key that the caller wants them under; null: whichever is active here
     * @throws Problem 409 when another one is active here
     */
    Reencrypted reencrypt(int limit, boolean dryRun, @Nullable String activeKey) throws SQLException {
        if (activeKey != null && !activeKey.equals(cipher.activeKey())) {
            // Of several replicas this may be one that has not been told of the new key yet.
            throw Problem.conflict(
                    "the active key of the replica that answers is " + cipher.activeKey() + ", not the one asked for");
        }
        int done = 0;
        int looked = 0;
        long last = 0;
        while (!dryRun && looked < limit) {
            int most = Math.min(REENCRYPT_BATCH, limit - looked);
            Batch batch = reencryptBatch(last, most);
            done += batch.done;
            looked += batch.looked;
            last = batch.last;
            if (batch.looked < most) {
                break;
            }
        }
        return new Reencrypted(done, looked - done, countOtherKeys(), cipher.activeKey(), dryRun);
    }

    private record Batch(int looked, int done, long last) {}

    private Batch reencryptBatch(long after, int most) throws SQLException {
        return Transaction.run(dataSource, connection -> {
            List<StoredToken> tokens = otherKeys(connection, after, most);
            int done = 0;
            for (StoredToken token : tokens) {
                done += rewrite(connection, token) ? 1 : 0;
            }
            long last = tokens.isEmpty() ? after : tokens.get(tokens.size() - 1).id();
            return new Batch(tokens.size(), done, last);
        });
    }

    private List<StoredToken> otherKeys(Connection connection, long after, int most) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(OTHER_KEYS)) {
            statement.setString(1, cipher.activeKey());
            statement.setLong(2, after);
            statement.setInt(3, most);
            List<StoredToken> tokens = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    tokens.add(TokenTable.token(rows));
                }
            }
            return tokens;
        }
    }

    private boolean rewrite(Connection connection, StoredToken token) throws SQLException {
        NewTokens.Sealed sealed;
        try {
            sealed = new NewTokens(token.accessToken(cipher), token.refreshToken(cipher), 0, null)
                    .seal(cipher, token.place());
        } catch (Unreadable unreadable) {
            LOGGER.atWarn().addKeyValue("reason", unreadable.getMessage()).log("token not encrypted anew");
            return false;
        }
        try (PreparedStatement statement = connection.prepareStatement(REWRITE)) {
            statement.setString(1, sealed.keyId());
            statement.setBytes(2, sealed.accessToken());
            statement.setBytes(3, sealed.refreshToken());
            statement.setBytes(4, sealed.refreshTokenHash());
            statement.setLong(5, token.id());
            return statement.executeUpdate() == 1;
        }
    }

    private long countOtherKeys() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(COUNT_OTHER_KEYS)) {
            statement.setString(1, cipher.activeKey());
            return number(statement);
        }
    }

    private static long number(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }
}
