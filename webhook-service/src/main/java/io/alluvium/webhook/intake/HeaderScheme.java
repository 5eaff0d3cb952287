package io.alluvium.webhook.intake;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A signature of the body alone, in a header of its own.
 *
 * @param prefix what stands before the signature, {@code sha256=} for one
 */
record HeaderScheme(String header, String prefix, SignatureText text) implements SignatureScheme {

    @Override
    public @Nullable Signed read(Delivery delivery, Explanation explanation) {
        byte[] signature = text.single(delivery.headers(), header, prefix, explanation);
        return signature == null
                ? null
                : new Signed(List.of(new Signed.Signature(signature)), List.of(delivery.body()), null);
    }
}
