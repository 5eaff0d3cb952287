package io.alluvium.kit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What became of the records that intake handed to Kafka: {@code alluvium.intake.records} with {@code
 * outcome=acknowledged|refused}. Alert when {@code refused} grows: clients are being told to come again.
 */
final class PublishMetrics {

    private static final Logger LOGGER = LoggerFactory.getLogger(PublishMetrics.class);
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration AFTER_MENDING = Duration.ofSeconds(30);

    private final Counter acknowledged;
    private final Counter refused;
    private final Timer took;

    PublishMetrics(MeterRegistry registry) {
        this.acknowledged = records(registry, "acknowledged");
        this.refused = records(registry, "refused");
        this.took = Timer.builder("alluvium.intake.publish")
                .description("From records being handed to Kafka to all of them being acknowledged")
                .publishPercentileHistogram()
                .register(registry);
    }

    private static Counter records(MeterRegistry registry, String outcome) {
        return Counter.builder("alluvium.intake.records")
                .description("Records handed to Kafka by what became of them")
                .tag("outcome", outcome)
                .register(registry);
    }

    void acknowledged(int records) {
        acknowledged.increment(records);
    }

    /** All records of a request are acknowledged. */
    void took(long nanos) {
        took.record(nanos, TimeUnit.NANOSECONDS);
    }

    /**
     * @param records how many of the request were not acknowledged
     * @return what to tell the client
     */
    Problem refused(String topic, int records, Throwable failure) {
        refused.increment(records);
        if (failure instanceof RecordTooLargeException) {
            return Problem.tooLarge("an event is larger than its topic allows");
        }
        LOGGER.atWarn()
                .addKeyValue("topic", topic)
                .addKeyValue("records", records)
                .addKeyValue("cause", failure.toString())
                .log("records not acknowledged");
        boolean forbidden = failure instanceof AuthorizationException || failure instanceof AuthenticationException;
        return Problem.unavailable(
                "the events were not acknowledged and may be sent again with the same ids",
                forbidden ? AFTER_MENDING : SOON);
    }
}
