package io.alluvium.webhook.topic;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that an agent did, as it is on the topic {@code agent.audit-events}.
 *
 * @param sessionId at most 255 characters; null outside of a session
 * @param eventType 1 to 100 characters, for instance tool_invocation; the list is open
 * @param timestamp when it happened; with the event's id its identity, so a repetition has the same
 * @param actor     at most 255 characters; null where nobody is named
 * @param action    1 to 255 characters
 * @param resource  at most 255 characters; null where nothing is named
 * @param metadata  a JSON object, as sent; null where there is none
 */
public record AgentEvent(
        @Nullable String sessionId,
        String eventType,
        Instant timestamp,
        @Nullable String actor,
        String action,
        @Nullable String resource,
        @Nullable String metadata) {

    /** {@code ce_type} of these events. */
    public static final String TYPE = "alluvium.agent.event.v1";

    public static final int MAX_TYPE = 100;
    public static final int MAX_TEXT = 255;
}
