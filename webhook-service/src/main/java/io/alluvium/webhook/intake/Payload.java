package io.alluvium.webhook.intake;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a body says.
 *
 * @param eventId where the source has it in the body, of several records that of the first; null where it has not
 * @param records at least one
 */
record Payload(@Nullable String eventId, List<ReceivedRecord> records) {}
