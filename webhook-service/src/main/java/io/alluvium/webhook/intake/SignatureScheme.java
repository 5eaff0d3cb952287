package io.alluvium.webhook.intake;

import org.jspecify.annotations.Nullable;

/** Where a provider puts its signature, and what it signs. */
@FunctionalInterface
interface SignatureScheme {

    /** @return null when the delivery has no signature that could be right */
    @Nullable
    Signed read(Delivery delivery, Explanation explanation);
}
