package io.alluvium.webhook.intake;

import io.alluvium.kit.CloudEventHeaders;
import io.alluvium.sink.Utf8;
import io.alluvium.webhook.topic.WebhookEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A genuine delivery on its way to the topic: one event for each record of its payload.
 *
 * @param eventId  of the delivery; its events have it too, with {@code #1}, {@code #2} ... where there are several
 * @param hasOwnId whether the delivery brought its id, rather than getting one here
 */
record Publication(
        Source source,
        String eventId,
        boolean hasOwnId,
        Delivery delivery,
        String bodySha256,
        List<ReceivedRecord> records) {

    private static final String TRACE = "traceparent";
    private static final Pattern TRACE_CONTEXT = Pattern.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private static final Pattern NUMBER = Pattern.compile("#[0-9]+$");

    /** Whether the same body is the same delivery: its id is nobody's word for it. */
    boolean countsByBody() {
        return !hasOwnId || !source.isIdSigned();
    }

    /** The id of the delivery that an event came with. */
    static String deliveryOf(String eventId) {
        return NUMBER.matcher(eventId).replaceFirst("");
    }

    /** @return one id for each record */
    List<String> eventIds() {
        if (records.size() == 1) {
            return List.of(eventId);
        }
        List<String> ids = new ArrayList<>(records.size());
        for (int i = 1; i <= records.size(); i++) {
            ids.add(eventId + "#" + i);
        }
        return ids;
    }

    List<ProducerRecord<byte[], byte[]>> toRecords(String topic) {
        Utf8 sourceName = Utf8.of(source.name());
        Utf8 headers = KeptHeaders.json(delivery.headers(), source.keptHeaders());
        Utf8 hash = Utf8.of(bodySha256);
        long receivedAt = micros(delivery.receivedAt());
        List<String> ids = eventIds();
        List<ProducerRecord<byte[], byte[]>> result = new ArrayList<>(ids.size());
        for (int i = 0; i < ids.size(); i++) {
            ReceivedRecord record = records.get(i);
            WebhookEvent event = new WebhookEvent(
                    sourceName,
                    Utf8.of(ids.get(i)),
                    Utf8.of(record.eventType()),
                    utf8(record.module()),
                    utf8(record.recordId()),
                    record.data(),
                    record.modifiedFields(),
                    utf8(record.userId()),
                    record.at() == null ? receivedAt : micros(record.at()),
                    receivedAt,
                    headers,
                    hash);
            result.add(toRecord(topic, event));
        }
        return result;
    }

    private ProducerRecord<byte[], byte[]> toRecord(String topic, WebhookEvent event) {
        Utf8 key = event.orderKey();
        org.apache.kafka.common.header.Headers headers = CloudEventHeaders.binary(
                event.eventId().toString(),
                WebhookEvent.cloudEventSource(source.name()),
                WebhookEvent.TYPE,
                delivery.receivedAt(),
                key.toString());
        // Here, while the request is at hand: by the time of publishing, perhaps from the spool, it is long answered.
        String trace = delivery.headers().first(TRACE);
        if (trace != null && TRACE_CONTEXT.matcher(trace).matches()) {
            headers.add(TRACE, trace.getBytes(StandardCharsets.US_ASCII));
        }
        byte[] keyBytes = Arrays.copyOfRange(key.bytes(), key.offset(), key.offset() + key.length());
        return new ProducerRecord<>(topic, null, null, keyBytes, event.toJson(), headers);
    }

    private static @Nullable Utf8 utf8(@Nullable String text) {
        return text == null ? null : Utf8.of(text);
    }

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }
}
