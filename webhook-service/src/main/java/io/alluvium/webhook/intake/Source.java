package io.alluvium.webhook.intake;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who sends webhooks, as configured.
 *
 * @param idHeader where a delivery has its id; null where it has none
 */
record Source(
        String name, Verifier verifier, PayloadFormat format, @Nullable String idHeader, List<String> keptHeaders) {}
