package io.alluvium.webhook.token;

import io.alluvium.webhook.Secret;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A key that tokens are encrypted with, and what is derived from it. Prints as its id.
 *
 * @param encryption for AES-256-GCM
 * @param lookup     for the keyed hash of refresh tokens; says nothing about the other
 */
record TokenKey(String id, byte[] encryption, byte[] lookup) {

    private static final int BYTES = 32;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,50}");
    private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{64}");

    /** @throws IllegalArgumentException with a sentence that names the key and never quotes it */
    static TokenKey of(String id, String reference, Secret.Places places) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("the id of a key has 1 to 50 letters, digits, '.', '_' or '-'");
        }
        byte[] master = decoded(Secret.find(reference, places).text().strip());
        if (master.length != BYTES) {
            throw new IllegalArgumentException(
                    "a key has 32 bytes, in base64 or as 64 hexadecimal digits; this one has " + master.length);
        }
        return new TokenKey(
                id,
                Hkdf.derive(master, "alluvium webhook-service: encryption of OAuth tokens"),
                Hkdf.derive(master, "alluvium webhook-service: lookup of refresh tokens"));
    }

    private static byte[] decoded(String text) {
        try {
            if (HEX.matcher(text).matches()) {
                return HexFormat.of().parseHex(text);
            }
            return text.indexOf('-') >= 0 || text.indexOf('_') >= 0
                    ? Base64.getUrlDecoder().decode(text)
                    : Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException neither) {
            throw new IllegalArgumentException("a key is 32 bytes in base64 or 64 hexadecimal digits; this is neither");
        }
    }

    @Override
    public String toString() {
        return "key " + id;
    }
}
