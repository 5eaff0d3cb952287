package io.alluvium.webhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RateLimitProperties {

    private final AtomicLong now = new AtomicLong(17);

    @Property
    void noMoreThanTheRateAndOneBurstPass(
            @ForAll @IntRange(min = 1, max = 1000) int rate,
            @ForAll @IntRange(max = 20_000) int visits,
            @ForAll Random random) {
        RateLimit limit = new RateLimit(rate, now::get);
        long start = now.get();
        int passed = 0;
        for (int i = 0; i < visits; i++) {
            now.addAndGet(random.nextInt(2_000_000));
            passed += limit.take().isZero() ? 1 : 0;
        }

        assertThat(passed).isLessThanOrEqualTo((int) ((now.get() - start) / 1e9 * rate) + rate + 1);
    }

    @Property(tries = 50)
    void whoComesWhenToldComesSeldomInVain(@ForAll @IntRange(min = 5, max = 200) int rate) {
        RateLimit limit = new RateLimit(rate, now::get);
        int events = rate * 20;
        PriorityQueue<Long> visits = new PriorityQueue<>(Comparator.naturalOrder());
        long start = now.get();
        for (int i = 0; i < events; i++) {
            visits.add(start);
        }
        long inVain = 0;
        while (!visits.isEmpty()) {
            now.set(Math.max(now.get(), visits.remove()));
            Duration later = limit.take();
            if (!later.isZero()) {
                inVain++;
                visits.add(now.get() + later.toNanos());
            }
        }

        assertThat(inVain).isLessThanOrEqualTo(2L * events);
        assertThat((now.get() - start) / 1e9).isBetween(18.0, 41.0);
    }

    @Example
    void nobodyIsSentAwayForLongerThanFiveMinutes() {
        RateLimit limit = new RateLimit(0.001, now::get);
        assertThat(limit.take()).isZero();

        for (int i = 0; i < 100; i++) {
            assertThat(limit.take()).isBetween(Duration.ofNanos(1), Duration.ofMinutes(5));
        }
    }

    @Example
    void withoutALimitEverybodyPasses() {
        RateLimit limit = new RateLimit(0, now::get);

        for (int i = 0; i < 1000; i++) {
            assertThat(limit.take()).isZero();
        }
    }
}
