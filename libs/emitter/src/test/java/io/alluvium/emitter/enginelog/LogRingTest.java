package io.alluvium.emitter.enginelog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LogRingTest {

    private static LogEntry entry(int number) {
        LogEntry entry = new LogEntry(LogTable.STEPS);
        entry.set(LogTable.STEPS.indexOf("step_id"), number);
        return entry;
    }

    private static int number(LogEntry entry) {
        return (Integer) java.util.Objects.requireNonNull(entry.cells[LogTable.STEPS.indexOf("step_id")]);
    }

    @Test
    void rowsComeOutInTheOrderTheyWentIn() {
        LogRing ring = new LogRing(8);
        List<LogEntry> taken = new ArrayList<>();

        for (int i = 0; i < 100; i++) {
            assertThat(ring.offer(entry(2 * i))).isTrue();
            assertThat(ring.offer(entry(2 * i + 1))).isTrue();
            ring.drain(taken, 10);
        }

        assertThat(taken).hasSize(200);
        assertThat(taken.stream().map(LogRingTest::number)).isSorted();
    }

    @Test
    void aFullRingSaysSoAtOnceAndKeepsWhatItHas() {
        LogRing ring = new LogRing(4);
        for (int i = 0; i < 4; i++) {
            assertThat(ring.offer(entry(i))).isTrue();
        }

        assertThat(ring.offer(entry(4))).isFalse();

        List<LogEntry> taken = new ArrayList<>();
        assertThat(ring.drain(taken, 1)).isEqualTo(1);
        assertThat(ring.offer(entry(5))).isTrue();
        ring.drain(taken, 10);
        assertThat(taken.stream().map(LogRingTest::number)).containsExactly(0, 1, 2, 3, 5);
    }

    @Test
    @Timeout(60)
    void manyWritersLoseNothingAndEachKeepsItsOrder() throws InterruptedException {
        int writers = 4;
        int each = 100_000;
        LogRing ring = new LogRing(256);
        AtomicInteger refused = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(writers);
        for (int w = 0; w < writers; w++) {
            int writer = w;
            new Thread(() -> {
                        for (int i = 0; i < each; i++) {
                            while (!ring.offer(entry(writer * each + i))) {
                                refused.incrementAndGet();
                                Thread.onSpinWait();
                            }
                        }
                        done.countDown();
                    })
                    .start();
        }
        int[] last = new int[writers];
        java.util.Arrays.fill(last, -1);
        int taken = 0;
        int outOfOrder = 0;
        List<LogEntry> batch = new ArrayList<>();

        while (taken < writers * each) {
            batch.clear();
            taken += ring.drain(batch, 100);
            for (LogEntry entry : batch) {
                int writer = number(entry) / each;
                int of = number(entry) % each;
                outOfOrder += of == last[writer] + 1 ? 0 : 1;
                last[writer] = of;
            }
        }

        assertThat(outOfOrder).isZero();
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(ring.size()).isZero();
        assertThat(ring.offered()).isEqualTo(writers * each);
    }
}
