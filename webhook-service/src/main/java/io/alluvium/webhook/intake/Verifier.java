package io.alluvium.webhook.intake;

/** Tells deliveries of a source from forged ones. Thread-safe, and done in microseconds unless it says otherwise. */
interface Verifier {

    boolean isGenuine(Delivery delivery, Explanation explanation);
}
