package io.alluvium.sink;

import java.util.UUID;
import java.util.concurrent.CompletionStage;

/** Tells which topic it is that bears the name now: one that was deleted and created anew has another id. */
@FunctionalInterface
public interface TopicIdentity {

    /** Asks the broker; the answer was true at some moment after the call. Fails when there is no such topic. */
    CompletionStage<UUID> current();
}
