package io.alluvium.webhook.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.webhook.Secret;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks for secrets where none may be.
 *
 * @param key  that tokens are encrypted with
 * @param mark part of every other secret
 */
record SecretSearch(byte[] key, String mark) {

    /** @param marker something that is there if this is what it is said to be */
    void findsNothing(String what, String text, String marker) {
        assertThat(text).as(what).contains(marker);
        TokenKey derived = derived();
        for (byte[] bytes : List.of(key, derived.encryption(), derived.lookup())) {
            isNotIn(text, Base64.getEncoder().encodeToString(bytes), what);
            isNotIn(text, HexFormat.of().formatHex(bytes), what);
        }
        isNotIn(text, mark, what + ": " + around(text));
        isNotIn(text, HexFormat.of().formatHex(mark.getBytes()), what);
        for (int before = 0; before < 3; before++) {
            isNotIn(text, withinBase64(before), what);
        }
    }

    private static void isNotIn(String text, String secret, String what) {
        assertThat(text.contains(secret)).as(what).isFalse();
    }

    /** How the mark looks within a longer text in base64, after so many bytes more than a multiple of three. */
    String withinBase64(int before) {
        String text = " ".repeat(before) + mark;
        int whole = text.length() / 3 * 4;
        return Base64.getEncoder().encodeToString(text.getBytes()).substring(before == 0 ? 0 : 4, whole);
    }

    private TokenKey derived() {
        return TokenKey.of("main", "config:key", new Secret.Places() {
            @Override
            public @Nullable String environment(String name) {
                return null;
            }

            @Override
            public String config(String name) {
                return Base64.getEncoder().encodeToString(key);
            }
        });
    }

    /** The first place and the begin of its entry in the log, which tells who wrote it. */
    private String around(String text) {
        int at = text.indexOf(mark);
        if (at < 0) {
            return "";
        }
        int entry = Math.max(text.lastIndexOf(" DEBUG ", at), Math.max(text.lastIndexOf(" WARN ", at), 0));
        return text.substring(entry, Math.min(text.length(), entry + 300)) + " ... "
                + text.substring(Math.max(0, at - 100), Math.min(text.length(), at + 50));
    }
}
