package io.alluvium.webhook.intake;

import io.alluvium.kit.EventPublisher;
import io.alluvium.kit.Problem;
import io.alluvium.webhook.IntakeConfig;
import io.alluvium.webhook.WebhookConfig;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes events durable: in the topic, or in the spool while the broker does not answer. Events of a delivery that was
 * answered come before those of any that arrives later: while the spool has entries, everything goes behind them.
 */
@Singleton
final class Outlet {

    private static final Logger LOGGER = LoggerFactory.getLogger(Outlet.class);
    private static final Duration SOON = Duration.ofSeconds(5);

    /** A disk that takes longer is answered for as one that refuses. */
    private static final Duration DISK_PATIENCE = Duration.ofSeconds(10);

    private final EventPublisher publisher;
    private final Duration patience;
    private final @Nullable Spool spool;
    private final @Nullable SpoolDrain drain;

    Outlet(WebhookConfig config, EventPublisher publisher) {
        this.publisher = publisher;
        this.patience = config.intake().patience();
        this.spool = config.intake().enabled() ? open(config.intake().spool()) : null;
        this.drain = spool == null
                ? null
                : new SpoolDrain(spool, publisher, config.topic().name());
    }

    private static Spool open(IntakeConfig.SpoolConfig config) {
        try {
            return new Spool(
                    config.directory(),
                    config.maxSize().asLongValue(),
                    config.segmentSize().asLongValue());
        } catch (IOException unusable) {
            throw new ConfigurationException(
                    "webhook.intake.spool.directory " + config.directory().toAbsolutePath() + " cannot be used: "
                            + unusable.getMessage(),
                    unusable);
        }
    }

    /** So that a spool that cannot be used stops the start, and what is in one is drained at once. */
    void start(@Observes StartupEvent started) {
        if (drain != null) {
            drain.start();
        }
    }

    /**
     * @param records of one delivery, in their order
     * @return completes when the events are durable; fails with a {@link Problem}, 503 or 413, when that is not possible
     */
    CompletionStage<Void> settle(List<ProducerRecord<byte[], byte[]>> records) {
        if (spool == null || drain == null) {
            return CompletableFuture.failedFuture(Problem.notFound("this replica takes no webhooks"));
        }
        if (spool.waiting() == 0) {
            return direct(records)
                    .<CompletionStage<Void>>handle((done, failure) -> failure == null
                            ? CompletableFuture.completedFuture(null)
                            : isTooLarge(failure) ? CompletableFuture.failedFuture(failure) : spooled(spool, records))
                    .thenCompose(Function.identity());
        }
        CompletableFuture<Void> nearlyEmpty = drain.nearlyEmpty();
        return nearlyEmpty == null
                ? spooled(spool, records)
                : nearlyEmpty
                        .copy()
                        .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                        .<CompletionStage<Void>>handle(
                                (empty, late) -> late == null ? settle(records) : spooled(spool, records))
                        .thenCompose(Function.identity());
    }

    /** When it is given up no round begins any more: the spool has all of them. */
    private CompletionStage<Void> direct(List<ProducerRecord<byte[], byte[]>> records) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        CompletionStage<Void> published = CompletableFuture.completedFuture(null);
        for (List<ProducerRecord<byte[], byte[]>> round : Rounds.of(records)) {
            published = published.thenCompose(
                    before -> result.isDone() ? CompletableFuture.completedFuture(null) : publisher.publish(round));
        }
        published.whenComplete((done, failure) -> {
            if (failure == null) {
                result.complete(null);
            } else {
                result.completeExceptionally(failure);
            }
        });
        return result.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static boolean isTooLarge(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof Problem problem && problem.status() == 413;
    }

    private static CompletionStage<Void> spooled(Spool spool, List<ProducerRecord<byte[], byte[]>> records) {
        CompletionStage<Void> durable = spool.append(new SpoolEntry(records).toBytes())
                .toCompletableFuture()
                .orTimeout(DISK_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        return durable.handle((done, failure) -> {
            if (failure != null) {
                LOGGER.atDebug().addKeyValue("cause", failure.toString()).log("webhook not spooled");
                throw Problem.unavailable("Queue full or unavailable", SOON);
            }
            return null;
        });
    }

    /** Null where this replica takes no webhooks. */
    @Nullable
    Spool spool() {
        return spool;
    }

    /** Whether events go to the topic without a detour. */
    boolean isDirect() {
        return spool != null && spool.waiting() == 0;
    }

    @PreDestroy
    void close() throws IOException {
        if (drain != null) {
            drain.close();
        }
        if (spool != null) {
            spool.close();
        }
    }
}
