package io.alluvium.webhook.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.alluvium.kit.CloudEventHeaders;
import io.alluvium.kit.Problem;
import io.alluvium.webhook.delivery.AccountRouting.Decision;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Topics as destinations. An event counts as delivered once Kafka has acknowledged it. A broker that is away is not the event's
 * fault: it waits for as long as that takes, and none becomes a dead letter.
 */
final class KafkaDestination {

    static final String SYNC_TYPE = "alluvium.account.sync-requested.v1";
    static final String SYNC_SOURCE = "/webhook-service/account-sync";

    private static final Logger LOGGER = LoggerFactory.getLogger(KafkaDestination.class);
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final int TOO_LARGE = 413;

    /** The way to Kafka; {@link io.alluvium.kit.EventPublisher} is one. */
    @FunctionalInterface
    interface Publisher extends Function<List<ProducerRecord<byte[], byte[]>>, CompletionStage<Void>> {}

    private KafkaDestination() {}

    /** Hands every event on as it was received, with the id it had. */
    static Destination republish(String topic, Publisher publisher) {
        return event -> publish(
                publisher,
                record(
                        topic,
                        event.orderKey(),
                        CloudEventHeaders.binary(
                                event.eventId(),
                                "/webhooks/" + event.source(),
                                EventDocument.TYPE,
                                event.receivedAt(),
                                event.orderKey()),
                        EventDocument.received(event)));
    }

    /** Asks for the synchronisation of the account that an event belongs to, if it belongs to one. */
    static Destination accountSync(String topic, Publisher publisher) {
        return event -> {
            Decision decision = AccountRouting.decide(event);
            if (decision instanceof Decision.Sync sync) {
                return publish(publisher, syncRequest(topic, event, sync));
            }
            if (decision instanceof Decision.UnknownType unknown) {
                LOGGER.atWarn()
                        .addKeyValue("source", event.source())
                        .addKeyValue("eventType", unknown.type())
                        .log("event of an unknown type: nothing to synchronise");
                return done("unknown event type");
            }
            return done(((Decision.Nothing) decision).why());
        };
    }

    private static CompletionStage<Answer> done(String note) {
        return CompletableFuture.completedFuture(new Answer.Delivered(null, note));
    }

    static ProducerRecord<byte[], byte[]> syncRequest(String topic, StoredEvent event, Decision.Sync sync) {
        // The event's own id: the request of an event that is delivered once more is known as the same.
        Headers headers = CloudEventHeaders.binary(
                event.id().toString(), SYNC_SOURCE, SYNC_TYPE, event.receivedAt(), sync.accountId());
        byte[] data = EventDocument.object(300, json -> {
            json.writeStringField("account_id", sync.accountId());
            json.writeBooleanField("force", sync.force());
            json.writeStringField("source", event.source());
            json.writeStringField("event_id", event.eventId());
            json.writeStringField("event_type", event.eventType());
            json.writeStringField("module", event.module());
            if (event.recordId() != null) {
                json.writeStringField("record_id", event.recordId());
            }
            json.writeStringField("event_timestamp", event.eventTimestamp().toString());
        });
        return record(topic, sync.accountId(), headers, data);
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, String key, Headers headers, byte[] value) {
        return new ProducerRecord<>(topic, null, key.getBytes(UTF_8), value, headers);
    }

    private static CompletionStage<Answer> publish(Publisher publisher, ProducerRecord<byte[], byte[]> record) {
        return publisher.apply(List.of(record)).handle((acknowledged, failure) -> {
            if (failure == null) {
                return new Answer.Delivered(null, null);
            }
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            return cause instanceof Problem problem && problem.status() == TOO_LARGE
                    ? new Answer.Refused("larger than the topic allows", null)
                    : new Answer.Later("Kafka did not acknowledge it", SOON);
        });
    }
}
