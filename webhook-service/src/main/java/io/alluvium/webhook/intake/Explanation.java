package io.alluvium.webhook.intake;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Listens to a verifier at work. The silent one is for deliveries that are answered: nobody hears why one is refused, and
 * nothing is computed only to be told. Not thread-safe.
 */
final class Explanation {

    /** @param detail a sentence for an operator; never a secret, nor a signature that would be right */
    record Step(String step, boolean passed, String detail) {}

    private static final Explanation SILENT = new Explanation(null);

    private final @Nullable List<Step> steps;

    private Explanation(@Nullable List<Step> steps) {
        this.steps = steps;
    }

    static Explanation silent() {
        return SILENT;
    }

    static Explanation spoken() {
        return new Explanation(new ArrayList<>());
    }

    void passed(String step, Supplier<String> detail) {
        add(step, true, detail);
    }

    void failed(String step, Supplier<String> detail) {
        add(step, false, detail);
    }

    private void add(String step, boolean passed, Supplier<String> detail) {
        if (steps != null) {
            steps.add(new Step(step, passed, detail.get()));
        }
    }

    List<Step> steps() {
        return steps == null ? List.of() : List.copyOf(steps);
    }
}
