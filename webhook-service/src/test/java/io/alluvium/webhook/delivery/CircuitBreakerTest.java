package io.alluvium.webhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.webhook.delivery.CircuitBreaker.State;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {

    private final AtomicLong now = new AtomicLong(-5);
    private final CircuitBreaker breaker =
            new CircuitBreaker(new CircuitBreaker.Settings(5, Duration.ofSeconds(60), 3, 2), now::get);

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            breaker.failed(breaker.permit().orElseThrow());
        }
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void fiveFailuresInARowOpenIt() {
        fail(4);
        breaker.succeeded(breaker.permit().orElseThrow());
        fail(4);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);

        fail(1);

        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.permit()).isEmpty();
        assertThat(breaker.openFor()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void afterTheRecoveryAFewMayTry() {
        fail(5);
        pass(Duration.ofSeconds(60));

        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        assertThat(breaker.permit()).isPresent();
        assertThat(breaker.permit()).isPresent();
        int third = breaker.permit().orElseThrow();
        assertThat(breaker.permit()).isEmpty();
        breaker.unused(third);
        assertThat(breaker.permit()).isPresent();
    }

    @Test
    void twoSuccessesCloseIt() {
        fail(5);
        pass(Duration.ofSeconds(61));
        breaker.succeeded(breaker.permit().orElseThrow());
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);

        breaker.succeeded(breaker.permit().orElseThrow());

        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        fail(4);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void oneFailureOfATrialOpensItForAnotherWhile() {
        fail(5);
        pass(Duration.ofSeconds(60));

        fail(1);

        assertThat(breaker.permit()).isEmpty();
        pass(Duration.ofSeconds(59));
        assertThat(breaker.permit()).isEmpty();
        pass(Duration.ofSeconds(1));
        assertThat(breaker.permit()).isPresent();
    }

    @Test
    void whatBeganBeforeItOpenedDoesNotCountAfterwards() {
        int early = breaker.permit().orElseThrow();
        int earlier = breaker.permit().orElseThrow();
        fail(5);
        pass(Duration.ofSeconds(60));
        int trial = breaker.permit().orElseThrow();

        breaker.succeeded(early);
        breaker.succeeded(early);
        breaker.failed(earlier);

        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        breaker.succeeded(trial);
        breaker.succeeded(breaker.permit().orElseThrow());
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }
}
