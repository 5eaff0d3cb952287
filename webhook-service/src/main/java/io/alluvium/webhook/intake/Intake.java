package io.alluvium.webhook.intake;

import io.alluvium.kit.Problem;
import io.alluvium.webhook.WebhookConfig;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;

/** From a delivery to events that are durable. Thread-safe. */
@Singleton
final class Intake {

    /** More records than that take longer to hand to Kafka than others should wait. */
    private static final int FEW = 100;

    private final InTurn inTurn = new InTurn(Infrastructure.getDefaultWorkerPool());
    private final WebhookConfig config;
    private final Replays replays;
    private final Outlet outlet;
    private final IntakeCounters counters;

    Intake(WebhookConfig config, Replays replays, Outlet outlet, IntakeCounters counters) {
        this.config = config;
        this.replays = replays;
        this.outlet = outlet;
        this.counters = counters;
    }

    /**
     * @return completes when nothing that happens to this process can lose the delivery any more
     * @throws Problem when the delivery is not accepted
     */
    CompletionStage<Receipt> accept(Source source, Delivery delivery) {
        if (!source.verifier().isGenuine(delivery, Explanation.silent())) {
            counters.rejected(source.name());
            throw Problem.of(401, "Invalid webhook signature");
        }
        counters.verified();
        Publication publication = publication(source, delivery);
        // Made now: what comes later may run on the one thread that looks up.
        List<ProducerRecord<byte[], byte[]>> records = records(publication);
        return inTurn.run(
                        publication.recordKeys(),
                        () -> replays.once(
                                publication, settled -> settle(settled == publication ? records : records(settled))))
                .whenComplete((receipt, failure) -> {
                    if (failure == null) {
                        count(publication, receipt);
                    }
                });
    }

    private List<ProducerRecord<byte[], byte[]>> records(Publication publication) {
        return publication.toRecords(config.topic().name());
    }

    private CompletionStage<Void> settle(List<ProducerRecord<byte[], byte[]>> records) {
        if (records.size() <= FEW) {
            return outlet.settle(records);
        }
        return CompletableFuture.supplyAsync(() -> outlet.settle(records), Infrastructure.getDefaultWorkerPool())
                .thenCompose(Function.identity());
    }

    private void count(Publication publication, Receipt receipt) {
        String source = publication.source().name();
        if (!receipt.queued()) {
            counters.duplicate(source);
            return;
        }
        counters.accepted(source);
        if (!receipt.eventId().equals(publication.eventId())) {
            counters.conflict(source);
        }
    }

    /** @throws Problem when the payload is not one of the source */
    Publication publication(Source source, Delivery delivery) {
        byte[] body =
                Compression.unpacked(delivery, config.intake().maxBodySize().asLongValue());
        Payload payload = source.format().read(delivery.headers(), body);
        String inHeader = source.idIn(delivery.headers());
        String own = inHeader == null ? payload.eventId() : OwnId.sound(inHeader);
        return Publication.of(source, own, delivery, Hashes.sha256(delivery.body()), payload.records());
    }

    /** The steps that a delivery of the source goes through, told to somebody who wants to know where it fails. */
    Explained explain(Source source, Delivery delivery) {
        Explanation explanation = Explanation.spoken();
        boolean genuine = source.verifier().isGenuine(delivery, explanation);
        try {
            Publication publication = publication(source, delivery);
            explanation.passed(
                    "payload",
                    () -> publication.records().size() + " records, event id " + publication.eventId()
                            + (publication.hasOwnId() ? "" : " (made here: the delivery has none)"));
        } catch (Problem wrong) {
            explanation.failed("payload", wrong::detail);
        }
        List<Explanation.Step> steps = explanation.steps();
        return new Explained(genuine, genuine && steps.get(steps.size() - 1).passed(), steps);
    }

    /**
     * @param genuine    whether its signature is right
     * @param acceptable whether it would be accepted, or known as a duplicate
     */
    record Explained(boolean genuine, boolean acceptable, List<Explanation.Step> steps) {}
}
