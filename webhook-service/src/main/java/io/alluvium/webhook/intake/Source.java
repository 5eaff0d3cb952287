package io.alluvium.webhook.intake;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who sends webhooks, as configured.
 *
 * @param isQuick      whether verifying takes microseconds
 * @param idHeaders    where a delivery may have its id; the first that is there counts, before one in the body
 * @param isIdSigned   whether nobody but the source can have chosen the id
 * @param replayWindow how long the same material is the same delivery, where the id is not signed or there is none
 * @param keptHeaders  stored with the events, beside those of every source
 */
record Source(
        String name,
        Verifier verifier,
        boolean isQuick,
        PayloadFormat format,
        List<String> idHeaders,
        boolean isIdSigned,
        Duration replayWindow,
        List<String> keptHeaders) {

    @Nullable
    String idIn(Headers headers) {
        return idHeaders.stream()
                .map(headers::first)
                .filter(id -> id != null && !id.isBlank())
                .findFirst()
                .orElse(null);
    }
}
