package io.alluvium.webhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RetryScheduleProperties {

    private static final RetrySchedule DEFAULT =
            new RetrySchedule(3, Duration.ofSeconds(2), Duration.ofSeconds(30), List.of());

    @Example
    void theOriginalWaitsTwoAndFourSecondsAndGivesUp() {
        Random random = new Random(1);

        assertThat(DEFAULT.delayAfter(1, null, random).orElseThrow())
                .isBetween(Duration.ofMillis(2000), Duration.ofMillis(2400));
        assertThat(DEFAULT.delayAfter(2, null, random).orElseThrow())
                .isBetween(Duration.ofMillis(4000), Duration.ofMillis(4800));
        assertThat(DEFAULT.delayAfter(3, null, random)).isEmpty();
    }

    @Property
    void delaysStayWithinTheirBounds(
            @ForAll @IntRange(min = 1, max = 99) int made,
            @ForAll @IntRange(min = 1, max = 60) int base,
            @ForAll @IntRange(max = 3600) int more,
            @ForAll Random random) {
        Duration max = Duration.ofSeconds(base + more);
        RetrySchedule schedule = new RetrySchedule(100, Duration.ofSeconds(base), max, List.of());

        Duration delay = schedule.delayAfter(made, null, random).orElseThrow();

        assertThat(delay).isBetween(Duration.ofSeconds(base), Duration.ofMillis(max.toMillis() * 12 / 10));
    }

    @Property
    void whoIsAskedForPatienceHasIt(
            @ForAll @IntRange(max = 200_000) int seconds, @ForAll @IntRange(min = 1, max = 2) int made) {
        Duration delay = DEFAULT.delayAfter(made, Duration.ofSeconds(seconds), new Random(1))
                .orElseThrow();

        assertThat(delay).isGreaterThanOrEqualTo(Duration.ofSeconds(Math.min(seconds, 86_400)));
        assertThat(delay).isLessThanOrEqualTo(Duration.ofSeconds(Math.max(5, Math.min(seconds, 86_400))));
    }

    @Example
    void aScheduleMayBeSpelledOutOverDays() {
        List<Duration> days = List.of(Duration.ofSeconds(5), Duration.ofHours(5), Duration.ofDays(1));
        RetrySchedule schedule = new RetrySchedule(3, Duration.ofSeconds(2), Duration.ofSeconds(30), days);

        assertThat(schedule.delayAfter(3, null, new Random(1)).orElseThrow())
                .isGreaterThanOrEqualTo(Duration.ofDays(1));
        assertThat(schedule.delayAfter(4, null, new Random(1))).isEmpty();
    }

    @Example
    void aScheduleThatCannotBeIsRefused() {
        assertThatThrownBy(() -> new RetrySchedule(0, Duration.ofSeconds(1), Duration.ofSeconds(1), List.of()))
                .hasMessageContaining("at least one attempt");
        assertThatThrownBy(() -> new RetrySchedule(3, Duration.ofSeconds(9), Duration.ofSeconds(1), List.of()))
                .hasMessageContaining("base <= max");
        assertThatThrownBy(() -> new RetrySchedule(
                        3, Duration.ofSeconds(1), Duration.ofSeconds(1), List.of(Duration.ofDays(31))))
                .hasMessageContaining("30 days");
    }

    @Example
    void retryAfterIsReadInBothForms() {
        Instant now = Instant.parse("2026-10-21T07:28:00Z");

        assertThat(RetrySchedule.retryAfter("120", now)).isEqualTo(Duration.ofSeconds(120));
        assertThat(RetrySchedule.retryAfter(" 0 ", now)).isZero();
        assertThat(RetrySchedule.retryAfter("Wed, 21 Oct 2026 07:28:30 GMT", now))
                .isEqualTo(Duration.ofSeconds(30));
        assertThat(RetrySchedule.retryAfter("Wed, 21 Oct 2015 07:28:00 GMT", now))
                .isZero();
        for (String nonsense : new String[] {"", "soon", "-5", "1.5", "99999999999", "x".repeat(1000)}) {
            assertThat(RetrySchedule.retryAfter(nonsense, now)).isNull();
        }
        assertThat(RetrySchedule.retryAfter(null, now)).isNull();
    }
}
