package io.alluvium.webhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.webhook.delivery.Answer.Later;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TurnsTest {

    private static final StoredEvent EVENT = Events.event("update", "Accounts", "1", "{}");

    private final AtomicLong now = new AtomicLong(-5);
    private final Turns turns = new Turns(50, now::get);

    private void ended(Duration took, int times) {
        for (int i = 0; i < times; i++) {
            turns.ended(took.toNanos(), 0);
        }
    }

    @Test
    void aSlowDestinationIsNotAskedForAllTheTime() {
        Route slow = Crew.route("slow", Crew.QUICK, 5, 0, 50, event -> new CompletableFuture<>());
        List<Duration> pauses = new ArrayList<>();
        for (int i = 0; i < 20_050; i++) {
            Answer answer = slow.deliver(EVENT).toCompletableFuture().getNow(null);
            if (answer instanceof Later later) {
                pauses.add(later.pause());
            }
        }

        assertThat(pauses).hasSize(20_000).allMatch(pause -> pause.compareTo(Duration.ofMinutes(1)) <= 0);
        assertThat(pauses.stream().filter(pause -> pause.compareTo(Duration.ofSeconds(10)) < 0))
                .as("visits in ten seconds, of which 500 find a place")
                .hasSizeBetween(400, 600);
    }

    @Test
    void turnsComeAsFastAsPlacesBecomeFree() {
        ended(Duration.ofMillis(100), 100);

        Duration first = turns.next();
        for (int i = 0; i < 499; i++) {
            turns.next();
        }

        assertThat(turns.next().minus(first)).isBetween(Duration.ofMillis(900), Duration.ofMillis(1_300));
    }

    @Test
    void nobodyQueuesBehindAStallThatIsOver() {
        ended(Duration.ofSeconds(15), 100);
        for (int i = 0; i < 1_000; i++) {
            turns.next();
        }

        turns.ended(Duration.ofMillis(1).toNanos(), 49);

        assertThat(turns.next()).isLessThan(Duration.ofSeconds(1));
    }
}
