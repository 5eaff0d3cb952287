package io.alluvium.webhook.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class InTurnTest {

    private final InTurn inTurn = new InTurn(Runnable::run);
    private final List<String> begun = new ArrayList<>();

    private Supplier<CompletionStage<Void>> action(String name, CompletionStage<Void> end) {
        return () -> {
            begun.add(name);
            return end;
        };
    }

    @Test
    void whatIsAboutOneRecordBeginsInTheOrderOfArrival() {
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            CompletableFuture<Void> end = new CompletableFuture<>();
            ends.add(end);
            inTurn.run(List.of("a"), action("a" + i, end));
        }
        inTurn.run(List.of("b"), action("b", CompletableFuture.completedFuture(null)));
        assertThat(begun).containsExactly("a0", "b");

        ends.forEach(end -> end.complete(null));

        assertThat(begun).containsExactly("a0", "b", "a1", "a2", "a3", "a4");
    }

    @Test
    void whatFailsLetsTheNextOneOn() {
        CompletableFuture<Void> end = new CompletableFuture<>();
        CompletionStage<Void> first = inTurn.run(List.of("a"), action("first", end));
        CompletionStage<Void> second = inTurn.run(List.of("a"), () -> {
            throw new IllegalStateException();
        });
        CompletionStage<Void> third =
                inTurn.run(List.of("a"), action("third", CompletableFuture.completedFuture(null)));

        end.completeExceptionally(new IllegalStateException());

        assertThat(first.toCompletableFuture()).isCompletedExceptionally();
        assertThat(second.toCompletableFuture()).isCompletedExceptionally();
        assertThat(third.toCompletableFuture()).isCompleted();
    }

    @Test
    void whatIsAboutSeveralWaitsForAllOfThem() {
        CompletableFuture<Void> a = new CompletableFuture<>();
        CompletableFuture<Void> b = new CompletableFuture<>();
        inTurn.run(List.of("a"), action("a", a));
        inTurn.run(List.of("b"), action("b", b));
        inTurn.run(List.of("b", "a", "c"), action("all", CompletableFuture.completedFuture(null)));
        inTurn.run(List.of("c"), action("c", CompletableFuture.completedFuture(null)));

        a.complete(null);
        assertThat(begun).containsExactly("a", "b");
        b.complete(null);

        assertThat(begun).containsExactly("a", "b", "all", "c");
    }
}
