package io.alluvium.webhook.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RefreshThreadsTest {

    private final RefreshThreads threads = new RefreshThreads();

    @Test
    void closingWaitsForWhatIsUnderWayAndTakesNoMore() {
        CountDownLatch answer = new CountDownLatch(1);
        AtomicInteger stored = new AtomicInteger();
        threads.execute("zoho", () -> {
            awaitUninterrupted(answer);
            stored.incrementAndGet();
        });

        CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> threads.close(Duration.ofSeconds(30)));
        await().until(threads::areClosing);
        assertThatThrownBy(() -> threads.execute("zoho", () -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThat(closing).isNotDone();
        answer.countDown();
        closing.join();

        assertThat(stored).hasValue(1);
    }

    @Test
    void onlyWhoHasToWaitForOthersFindsThemBusy() {
        AtomicInteger done = new AtomicInteger();
        for (int i = 1; i <= 3 * RefreshThreads.MOST_REFRESHES; i++) {
            int expected = i;
            threads.execute("zoho", done::incrementAndGet);
            await().until(() -> done.get() == expected);
            assertThat(threads.areBusy("zoho")).isFalse();
        }
        CountDownLatch answer = new CountDownLatch(1);
        for (int i = 0; i <= RefreshThreads.MOST_REFRESHES; i++) {
            threads.execute("zoho", () -> awaitUninterrupted(answer));
        }

        await().until(() -> threads.areBusy("zoho"));
        assertThat(threads.areBusy("other")).isFalse();
        answer.countDown();
        threads.close(Duration.ofSeconds(30));
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
