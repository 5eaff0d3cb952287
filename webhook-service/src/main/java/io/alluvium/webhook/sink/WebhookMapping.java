package io.alluvium.webhook.sink;

import io.alluvium.kit.CloudEventReader;
import io.alluvium.kit.CloudEventReader.CloudEvent;
import io.alluvium.kit.EventId;
import io.alluvium.sink.EventMapping;
import io.alluvium.sink.RejectedRecord;
import io.alluvium.sink.Utf8;
import io.alluvium.webhook.table.WebhookRow;
import io.alluvium.webhook.topic.InvalidWebhook;
import io.alluvium.webhook.topic.WebhookEvent;
import io.alluvium.webhook.topic.WebhookEventReader;
import java.util.Arrays;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Turns an event of a webhook into its row. */
final class WebhookMapping implements EventMapping<WebhookRow> {

    private static final Utf8 TYPE = Utf8.of(WebhookEvent.TYPE);

    @Override
    public WebhookRow toRow(ConsumerRecord<byte[], byte[]> polled) throws RejectedRecord {
        CloudEvent envelope = CloudEventReader.read(polled);
        if (!envelope.type().equals(TYPE)) {
            throw new RejectedRecord("event type must be " + WebhookEvent.TYPE);
        }
        WebhookEvent event = read(envelope.data());
        return new WebhookRow(
                id(event),
                event.source(),
                event.eventId(),
                event.eventType(),
                event.module(),
                event.recordId(),
                event.recordData(),
                event.modifiedFields(),
                event.userId(),
                event.eventTimestamp(),
                event.receivedAt(),
                event.headers(),
                event.bodySha256(),
                event.orderKey(),
                polled.partition(),
                polled.offset());
    }

    private static WebhookEvent read(Utf8 data) throws RejectedRecord {
        try {
            return WebhookEventReader.read(data);
        } catch (InvalidWebhook invalid) {
            throw new RejectedRecord("data: " + invalid.getMessage());
        }
    }

    /** Not the id of the envelope: two sources may have sent the same UUID. */
    private static UUID id(WebhookEvent event) {
        return EventId.derived(bytes(event.source()), bytes(event.eventId()));
    }

    private static byte[] bytes(Utf8 text) {
        return Arrays.copyOfRange(text.bytes(), text.offset(), text.offset() + text.length());
    }
}
