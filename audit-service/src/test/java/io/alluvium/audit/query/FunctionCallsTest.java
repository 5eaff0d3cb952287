package io.alluvium.audit.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.alluvium.audit.query.FunctionCalls.Caller;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class FunctionCallsTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Caller ONE = new Caller("run", "a.py", 1, 0, 0);
    private static final Caller OTHER = new Caller("run", "a.py", 2, 0, 0);

    private final FunctionCalls calls = new FunctionCalls();

    @Test
    void anEndSaysItsDurationAndElseTheTimesDo() {
        calls.add(ONE, "Start", NOON);
        calls.add(ONE, "End (1.250s)", NOON.plusSeconds(9));
        calls.add(ONE, "Start", NOON.plusSeconds(10));
        calls.add(ONE, "End", NOON.plusSeconds(12));

        assertThat(calls.percentile(0.5)).isEqualTo(1625.0);
        assertThat(calls.percentile(1)).isEqualTo(2000.0);
    }

    @Test
    void callsWithinCallsAndOfOthersAreKeptApart() {
        calls.add(ONE, "Start", NOON);
        calls.add(OTHER, "Start", NOON.plusMillis(100));
        calls.add(ONE, "Start", NOON.plusMillis(200));
        calls.add(ONE, "End", NOON.plusMillis(300));
        calls.add(OTHER, "End", NOON.plusMillis(600));
        calls.add(ONE, "End", NOON.plusMillis(1000));

        assertThat(calls.percentile(0)).isEqualTo(100.0);
        assertThat(calls.percentile(0.5)).isEqualTo(500.0);
        assertThat(calls.percentile(1)).isEqualTo(1000.0);
        assertThat(calls.withoutEnd()).isZero();
    }

    @Test
    void anEndWithoutStartIsCountedAndHasNoDuration() {
        calls.add(ONE, "End (9.000s)", NOON);
        calls.add(ONE, "Start", NOON);
        calls.add(ONE, "Error: ValueError: no samples", NOON);
        calls.add(ONE, "Error: ValueError: no samples", NOON);
        calls.add(ONE, "Start", NOON);
        calls.add(ONE, "what is this", NOON);

        assertThat(calls.percentile(0.5)).isNull();
        assertThat(calls.calls()).isEqualTo(2);
        assertThat(calls.completed()).isEqualTo(1);
        assertThat(calls.errors()).isEqualTo(2);
        assertThat(calls.withoutStart()).isEqualTo(2);
        assertThat(calls.withoutEnd()).isEqualTo(1);
    }

    @Test
    void percentilesLieBetweenTheTwoNearest() {
        for (int i = 1; i <= 20; i++) {
            calls.add(ONE, "Start", NOON);
            calls.add(ONE, "End (" + i + ".0s)", NOON);
        }

        assertThat(calls.percentile(0.95)).isCloseTo(19_050.0, within(1e-9));
        assertThat(calls.percentile(0.5)).isCloseTo(10_500.0, within(1e-9));
    }
}
