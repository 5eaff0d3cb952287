package io.alluvium.webhook.intake;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The headers of a request, by names of any case. */
@FunctionalInterface
interface Headers {

    /** @return every value that was sent under the name, in order; empty when there is none */
    List<String> all(String name);

    /** @return the first value, null when there is none */
    default @Nullable String first(String name) {
        List<String> values = all(name);
        return values.isEmpty() ? null : values.get(0);
    }
}
