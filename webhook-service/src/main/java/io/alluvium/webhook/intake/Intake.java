package io.alluvium.webhook.intake;

import io.alluvium.kit.EventId;
import io.alluvium.kit.EventPublisher;
import io.alluvium.kit.Problem;
import io.alluvium.webhook.WebhookConfig;
import jakarta.inject.Singleton;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** From a delivery to events that are durable. Thread-safe. */
@Singleton
final class Intake {

    private final WebhookConfig config;
    private final EventPublisher publisher;

    Intake(WebhookConfig config, EventPublisher publisher) {
        this.config = config;
        this.publisher = publisher;
    }

    /**
     * @return completes when nothing that happens to this process can lose the delivery any more
     * @throws Problem when the delivery is not accepted
     */
    CompletionStage<Receipt> accept(Source source, Delivery delivery) {
        if (!source.verifier().isGenuine(delivery, Explanation.silent())) {
            throw Problem.of(401, "Invalid webhook signature");
        }
        List<ReceivedRecord> records = source.format().read(delivery.headers(), delivery.body());
        Publication publication = new Publication(source, eventId(source, delivery), delivery, hash(delivery), records);
        return publisher
                .publish(publication.toRecords(config.topic().name()))
                .thenApply(acknowledged -> Receipt.accepted(publication.eventId()));
    }

    private static String eventId(Source source, Delivery delivery) {
        String id = source.idHeader() == null ? null : delivery.headers().first(source.idHeader());
        return id == null ? EventId.next().toString() : JsonBody.bounded(String.valueOf(source.idHeader()), id, 290);
    }

    private static String hash(Delivery delivery) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(delivery.body()));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
