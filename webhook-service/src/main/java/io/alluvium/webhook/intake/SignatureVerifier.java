package io.alluvium.webhook.intake;

import java.time.Duration;
import java.util.List;

/** A delivery is genuine when one of its signatures is proven by one of the keys, and it was signed now. */
final class SignatureVerifier implements Verifier {

    private final SignatureScheme scheme;
    private final List<SignatureKey> keys;
    private final Duration tolerance;

    /** @param keys all at once, so that a secret can be changed at the provider at any time */
    SignatureVerifier(SignatureScheme scheme, List<SignatureKey> keys, Duration tolerance) {
        this.scheme = scheme;
        this.keys = List.copyOf(keys);
        this.tolerance = tolerance;
    }

    @Override
    public boolean isGenuine(Delivery delivery, Explanation explanation) {
        Signed signed = scheme.read(delivery, explanation);
        return signed != null && isFresh(signed, delivery, explanation) && isProven(signed, delivery, explanation);
    }

    private boolean isFresh(Signed signed, Delivery delivery, Explanation explanation) {
        if (signed.at() == null) {
            return true;
        }
        Duration age = Duration.between(signed.at(), delivery.receivedAt());
        boolean fresh = age.abs().compareTo(tolerance) <= 0;
        String detail = "signed " + age.abs().toSeconds() + " s " + (age.isNegative() ? "from now" : "ago")
                + "; tolerated are " + tolerance.toSeconds() + " s";
        if (fresh) {
            explanation.passed("timestamp", () -> detail);
        } else {
            explanation.failed("timestamp", () -> detail + ": look at the clocks, or at a replay of an old delivery");
        }
        return fresh;
    }

    private boolean isProven(Signed signed, Delivery delivery, Explanation explanation) {
        for (int i = 0; i < keys.size(); i++) {
            for (Signed.Signature signature : signed.signatures()) {
                if (keys.get(i).proves(signed.parts(), signature)) {
                    int which = i + 1;
                    explanation.passed("signature", () -> "proven by secret " + which + " of " + keys.size());
                    return true;
                }
            }
        }
        explanation.failed(
                "signature",
                () -> "none of the " + keys.size() + " secrets proves it" + Diagnosis.of(signed, delivery, keys));
        return false;
    }
}
