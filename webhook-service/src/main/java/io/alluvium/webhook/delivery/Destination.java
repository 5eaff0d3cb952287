package io.alluvium.webhook.delivery;

import java.util.concurrent.CompletionStage;

/** Where a route leads. Thread-safe, and never blocks. */
@FunctionalInterface
interface Destination {

    /** @return completes within the route's timeout; a failure of it is a failed attempt */
    CompletionStage<Answer> deliver(StoredEvent event);
}
