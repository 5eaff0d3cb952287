package io.alluvium.webhook.intake;

import io.alluvium.webhook.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Standard Webhooks 1.0.0: id, time and body are signed, with HMAC ({@code v1}) or ed25519 ({@code v1a}). */
final class StandardScheme implements SignatureScheme {

    static final String SYMMETRIC = "v1";
    static final String ASYMMETRIC = "v1a";

    private static final String SECRET = "whsec_";
    private static final String PUBLIC_KEY = "whpk_";

    /** Several while keys are changed; each costs a comparison. */
    private static final int MAX_SIGNATURES = 10;

    @Override
    public @Nullable Signed read(Delivery delivery, Explanation explanation) {
        String id = one(delivery, "webhook-id", explanation);
        String time = one(delivery, "webhook-timestamp", explanation);
        String list = one(delivery, "webhook-signature", explanation);
        if (id == null || time == null || list == null) {
            return null;
        }
        Instant at = time.matches("[0-9]{1,11}") ? Instant.ofEpochSecond(Long.parseLong(time)) : null;
        if (at == null) {
            explanation.failed("webhook-timestamp", () -> "must be seconds since 1970");
            return null;
        }
        List<Signed.Signature> signatures = signatures(list);
        if (signatures.isEmpty() || signatures.size() > MAX_SIGNATURES) {
            explanation.failed(
                    "webhook-signature",
                    () -> "must be 1 to " + MAX_SIGNATURES + " of v1,<base64> or v1a,<base64> with spaces between");
            return null;
        }
        byte[] head = (id + "." + time + ".").getBytes(StandardCharsets.UTF_8);
        return new Signed(signatures, List.of(head, delivery.body()), at);
    }

    private static @Nullable String one(Delivery delivery, String header, Explanation explanation) {
        List<String> values = delivery.headers().all(header);
        if (values.size() == 1 && !values.get(0).isBlank()) {
            explanation.passed(header, () -> "is there");
            return values.get(0).strip();
        }
        explanation.failed(header, () -> values.size() > 1 ? "was sent " + values.size() + " times" : "is missing");
        return null;
    }

    /** Those of versions that nobody knows yet are passed over, as the specification says. */
    private static List<Signed.Signature> signatures(String list) {
        List<Signed.Signature> signatures = new ArrayList<>();
        for (String one : list.split(" ", MAX_SIGNATURES + 2)) {
            int comma = one.indexOf(',');
            String version = comma < 0 ? "" : one.substring(0, comma);
            if (version.equals(SYMMETRIC) || version.equals(ASYMMETRIC)) {
                byte[] bytes = SignatureText.BASE64.decode(one.substring(comma + 1));
                if (bytes != null) {
                    signatures.add(new Signed.Signature(version, bytes));
                }
            }
        }
        return signatures;
    }

    /** @throws IllegalArgumentException for a secret that is none, without repeating it */
    static SignatureKey key(Secret secret) {
        String text = secret.text();
        boolean isPublic = text.startsWith(PUBLIC_KEY);
        String base64 = isPublic || text.startsWith(SECRET) ? text.substring(text.indexOf('_') + 1) : text;
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("the secret at " + secret + " must be whsec_ or whpk_ and base64");
        }
        if (isPublic) {
            return new SignatureKey.Ed25519(bytes, ASYMMETRIC);
        }
        if (bytes.length < 24 || bytes.length > 64) {
            throw new IllegalArgumentException(
                    "the secret at " + secret + " must have 24 to 64 bytes, has " + bytes.length);
        }
        return new SignatureKey.Hmac("HmacSHA256", bytes, SYMMETRIC);
    }
}
