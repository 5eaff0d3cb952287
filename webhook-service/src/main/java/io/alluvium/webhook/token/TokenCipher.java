package io.alluvium.webhook.token;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts tokens for the database and decrypts them. What is encrypted is bound to its place: the service, the type and the
 * column. Thread-safe.
 */
final class TokenCipher {

    /** First byte of what is stored: what follows is a nonce, the text under AES-256-GCM and its tag. */
    private static final byte FORMAT = 1;

    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    /** Which of the two tokens of a row. */
    enum Column {
        ACCESS_TOKEN("ACCESS_TOKEN"),
        REFRESH_TOKEN("REFRESH_TOKEN");

        /** Part of what is stored: to change it would make every token unreadable. */
        private final String bound;

        Column(String bound) {
            this.bound = bound;
        }
    }

    /** The row that a token belongs to. */
    record Place(String service, String type) {

        @Override
        public String toString() {
            return "service " + service + " and type " + type;
        }
    }

    /** A token that is in the database and cannot be read; the message says why, for an operator. */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(message, null, false, false);
        }
    }

    private final SecureRandom random = new SecureRandom();
    private final Map<String, TokenKey> keys;
    private final TokenKey active;

    /**
     * @param active the id of one of the keys
     * @throws IllegalArgumentException when two of them are the same: one would not replace the other
     */
    TokenCipher(Collection<TokenKey> keys, String active) {
        Map<ByteBuffer, String> ids = new HashMap<>();
        for (TokenKey key : keys) {
            String other = ids.put(ByteBuffer.wrap(key.encryption()), key.id());
            if (other != null) {
                throw new IllegalArgumentException("the keys " + other + " and " + key.id() + " are the same key");
            }
        }
        this.keys = keys.stream().collect(Collectors.toUnmodifiableMap(TokenKey::id, key -> key));
        this.active = requireNonNull(this.keys.get(active), "active");
    }

    /** The key that {@link #seal} and {@link #hash} use. */
    String activeKey() {
        return active.id();
    }

    Set<String> keyIds() {
        return keys.keySet();
    }

    byte[] seal(Place place, Column column, ClearToken token) {
        try {
            byte[] nonce = new byte[NONCE];
            random.nextBytes(nonce);
            byte[] clear = token.text().getBytes(StandardCharsets.UTF_8);
            byte[] sealed = new byte[1 + NONCE + clear.length + TAG_BITS / 8];
            sealed[0] = FORMAT;
            System.arraycopy(nonce, 0, sealed, 1, NONCE);
            cipher(Cipher.ENCRYPT_MODE, active, sealed, place, column)
                    .doFinal(clear, 0, clear.length, sealed, 1 + NONCE);
            return sealed;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has AES-GCM", impossible);
        }
    }

    ClearToken open(String keyId, Place place, Column column, byte[] sealed) throws Unreadable {
        TokenKey key = keys.get(keyId);
        if (key == null) {
            throw new Unreadable("the token of " + place + " is encrypted with the key " + keyId
                    + ", which is not configured: set webhook.token.keys." + keyId);
        }
        if (sealed.length <= 1 + NONCE || sealed[0] != FORMAT) {
            throw new Unreadable("the token of " + place + " is stored in a form that this version does not know");
        }
        try {
            byte[] clear = cipher(Cipher.DECRYPT_MODE, key, sealed, place, column)
                    .doFinal(sealed, 1 + NONCE, sealed.length - 1 - NONCE);
            return new ClearToken(new String(clear, StandardCharsets.UTF_8));
        } catch (GeneralSecurityException refused) {
            throw new Unreadable("the token of " + place + " does not fit its key " + keyId
                    + ": it was changed in the database or moved there from another row, or the key is another one");
        }
    }

    private static Cipher cipher(int mode, TokenKey key, byte[] sealed, Place place, Column column)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key.encryption(), "AES"), new GCMParameterSpec(TAG_BITS, sealed, 1, NONCE));
        // Names have no U+0000, so no two places make the same text.
        cipher.updateAAD(("oauth_tokens\0" + place.service() + "\0" + place.type() + "\0" + column.bound)
                .getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    /** The hash that a refresh token is stored with. */
    byte[] hash(ClearToken refreshToken) {
        return hash(active, refreshToken);
    }

    /** All hashes that a refresh token may be stored with: one for each key, since rows keep that of their own key. */
    List<byte[]> hashes(ClearToken refreshToken) {
        return keys.values().stream().map(key -> hash(key, refreshToken)).toList();
    }

    private static byte[] hash(TokenKey key, ClearToken refreshToken) {
        return Hkdf.hmac(key.lookup(), refreshToken.text().getBytes(StandardCharsets.UTF_8));
    }
}
