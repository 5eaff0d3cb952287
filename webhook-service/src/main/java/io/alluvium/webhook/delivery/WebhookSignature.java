package io.alluvium.webhook.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs what is sent by the rules of Standard Webhooks 1.0.0, symmetric ({@code v1}). Thread-safe. */
final class WebhookSignature {

    private static final String PREFIX = "whsec_";
    private static final String HMAC = "HmacSHA256";

    private final List<SecretKeySpec> keys;

    /**
     * @param secrets {@code whsec_} and Base64 of 24 to 64 bytes each; while a secret is replaced the old and the new one, and a
     *     receiver is content with either
     */
    WebhookSignature(List<String> secrets) {
        this.keys = secrets.stream().map(WebhookSignature::key).toList();
    }

    private static SecretKeySpec key(String secret) {
        byte[] bytes;
        try {
            String text = secret.strip();
            bytes = Base64.getDecoder().decode(text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text);
        } catch (IllegalArgumentException notBase64) {
            // Without the cause: its message may quote the secret.
            throw new IllegalArgumentException("a secret to sign with is whsec_ followed by Base64");
        }
        if (bytes.length < 24 || bytes.length > 64) {
            throw new IllegalArgumentException("a secret to sign with has 24 to 64 bytes, not " + bytes.length);
        }
        return new SecretKeySpec(bytes, HMAC);
    }

    /** @return the value of {@code webhook-signature}: one signature for each secret */
    String sign(String id, long timestamp, byte[] body) {
        byte[] head = (id + "." + timestamp + ".").getBytes(UTF_8);
        return keys.stream().map(key -> "v1," + sign(key, head, body)).collect(Collectors.joining(" "));
    }

    private static String sign(SecretKeySpec key, byte[] head, byte[] body) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            mac.update(head);
            return Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has HmacSHA256", impossible);
        }
    }
}
