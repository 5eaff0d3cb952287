package io.alluvium.webhook.intake;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Lets what is about the same record happen one after the other, in the order of arrival, however long each takes and
 * whichever way it goes: straight to the topic, or through the spool. Thread-safe.
 */
final class InTurn {

    private final Executor executor;
    private final ConcurrentMap<String, CompletableFuture<Void>> last = new ConcurrentHashMap<>();

    /** @param executor of what had to wait */
    InTurn(Executor executor) {
        this.executor = executor;
    }

    /**
     * @param keys   distinct
     * @param action begins when all that came before with one of the keys has ended, whether it failed or not
     */
    <T> CompletionStage<T> run(List<String> keys, Supplier<CompletionStage<T>> action) {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> before = enter(keys, mine);
        CompletionStage<T> result =
                before.isDone() ? begun(action) : before.thenComposeAsync(ended -> begun(action), executor);
        return result.whenComplete((done, failure) -> {
            keys.forEach(key -> last.remove(key, mine));
            mine.complete(null);
        });
    }

    /** All at once: of two with the same keys one is before the other with each of them, or they would wait for ever. */
    private synchronized CompletableFuture<Void> enter(List<String> keys, CompletableFuture<Void> mine) {
        CompletableFuture<?>[] before = keys.stream()
                .map(key -> last.put(key, mine))
                .filter(other -> other != null)
                .distinct()
                .toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(before);
    }

    private static <T> CompletionStage<T> begun(Supplier<CompletionStage<T>> action) {
        try {
            return action.get();
        } catch (RuntimeException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }
}
