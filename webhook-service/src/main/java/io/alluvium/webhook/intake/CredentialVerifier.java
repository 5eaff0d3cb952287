package io.alluvium.webhook.intake;

import io.alluvium.webhook.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A delivery is genuine when it brings one of the secrets itself. It proves who sent it, not what was sent. */
final class CredentialVerifier implements Verifier {

    private final String header;
    private final String prefix;
    private final SignatureText encoding;
    private final List<byte[]> secrets;

    private CredentialVerifier(String header, String prefix, SignatureText encoding, List<Secret> secrets) {
        this.header = header;
        this.prefix = prefix;
        this.encoding = encoding;
        this.secrets = secrets.stream()
                .map(secret -> secret.text().getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    /** @param secrets each a user name, a colon and a password */
    static CredentialVerifier basic(List<Secret> secrets) {
        for (Secret secret : secrets) {
            int colon = secret.text().indexOf(':');
            if (colon < 1 || colon == secret.text().length() - 1) {
                throw new IllegalArgumentException("the secret at " + secret + " must be <user>:<password>");
            }
        }
        return new CredentialVerifier("Authorization", "Basic ", SignatureText.BASE64, secrets);
    }

    /** @param header null for a bearer token */
    static CredentialVerifier token(@Nullable String header, List<Secret> secrets) {
        for (Secret secret : secrets) {
            if (!secret.text().equals(secret.text().strip())) {
                throw new IllegalArgumentException(
                        "the secret at " + secret + " begins or ends with a blank, which no header does");
            }
        }
        return header == null
                ? new CredentialVerifier("Authorization", "Bearer ", SignatureText.PLAIN, secrets)
                : new CredentialVerifier(header, "", SignatureText.PLAIN, secrets);
    }

    @Override
    public boolean isGenuine(Delivery delivery, Explanation explanation) {
        byte[] given = encoding.single(delivery.headers(), header, prefix, explanation);
        if (given == null) {
            return false;
        }
        boolean known = false;
        for (byte[] secret : secrets) {
            known |= MessageDigest.isEqual(secret, given);
        }
        if (known) {
            explanation.passed("secret", () -> header + " has one of the " + secrets.size() + " secrets");
        } else {
            explanation.failed("secret", () -> header + " has none of the " + secrets.size() + " secrets");
        }
        return known;
    }
}
