package io.alluvium.webhook.token;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Derives independent keys from one (RFC 5869, with SHA-256). */
final class Hkdf {

    private static final String HMAC = "HmacSHA256";
    private static final int HASH_LENGTH = 32;

    private Hkdf() {}

    /** A key of 32 bytes for one purpose. */
    static byte[] derive(byte[] master, String purpose) {
        return derive(new byte[HASH_LENGTH], master, purpose.getBytes(StandardCharsets.UTF_8), HASH_LENGTH);
    }

    static byte[] derive(byte[] salt, byte[] master, byte[] info, int length) {
        if (length > 255 * HASH_LENGTH) {
            throw new IllegalArgumentException("at most " + 255 * HASH_LENGTH + " bytes can be derived");
        }
        byte[] pseudoRandomKey = hmac(salt, master);
        byte[] derived = new byte[0];
        byte[] block = new byte[0];
        for (int i = 1; derived.length < length; i++) {
            block = hmac(pseudoRandomKey, concatenated(block, info, new byte[] {(byte) i}));
            derived = concatenated(derived, block);
        }
        return Arrays.copyOf(derived, length);
    }

    static byte[] hmac(byte[] key, byte[] message) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(message);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has " + HMAC, impossible);
        }
    }

    private static byte[] concatenated(byte[]... parts) {
        byte[] all = new byte[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
