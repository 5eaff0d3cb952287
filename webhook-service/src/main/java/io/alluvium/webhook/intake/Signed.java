package io.alluvium.webhook.intake;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a delivery says about its signature.
 *
 * @param signatures one of them must be right
 * @param parts      what is signed, in pieces; the body is one of them
 * @param at         when it says that it was signed, where that is signed too
 */
record Signed(List<Signature> signatures, List<byte[]> parts, @Nullable Instant at) {

    /** @param version of the scheme, empty where there is one only */
    record Signature(String version, byte[] bytes) {

        Signature(byte[] bytes) {
            this("", bytes);
        }
    }
}
