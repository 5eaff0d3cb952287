package io.alluvium.webhook.intake;

import io.alluvium.kit.CloudEventHeaders;
import io.alluvium.kit.Problem;
import io.alluvium.sink.Utf8;
import io.alluvium.webhook.topic.WebhookEvent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
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

    /** Of all events of a delivery together: headers and names of fields are repeated in each. */
    static final int MAX_BYTES = 16 << 20;

    /** Of one event: what the topic takes, and some room for its attributes. */
    static final int MAX_EVENT = (4 << 20) - (64 << 10);

    /** Of the key, the attributes and what is around the data of an event, about. */
    private static final int AROUND = 600;

    private static final Pattern NUMBER = Pattern.compile("#[0-9]+$");

    /** @param ownId null where the delivery brings none */
    static Publication of(
            Source source, @Nullable String ownId, Delivery delivery, String bodySha256, List<ReceivedRecord> records) {
        String id = ownId != null
                ? ownId
                : Fingerprint.madeId(source, material(bodySha256, records), delivery.receivedAt());
        return new Publication(source, id, ownId != null, delivery, bodySha256, records);
    }

    /** The same delivery under an id that no other one has. */
    Publication apart() {
        return new Publication(
                source, eventId + "~" + material().substring(0, 8), hasOwnId, delivery, bodySha256, records);
    }

    /** Hash of all that the delivery says: of its body, and of what headers say that its records are. */
    String material() {
        return material(bodySha256, records);
    }

    private static String material(String bodySha256, List<ReceivedRecord> records) {
        MessageDigest digest = Hashes.sha256();
        digest.update(bodySha256.getBytes(StandardCharsets.UTF_8));
        for (ReceivedRecord record : records) {
            for (String part : new @Nullable String[] {record.eventType(), record.module(), record.recordId()}) {
                digest.update(part == null ? new byte[] {0} : (part + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    List<Fingerprint.Subject> subjects() {
        return records.stream()
                .map(record -> new Fingerprint.Subject(record.eventType(), record.module(), record.recordId()))
                .toList();
    }

    /** The id of the delivery that an event came with. */
    static String deliveryOf(String eventId) {
        return NUMBER.matcher(eventId).replaceFirst("");
    }

    /** @return one id for each record: its own where the id of the delivery is that of its first record */
    List<String> eventIds() {
        if (records.size() > 1 && eventId.equals(records.get(0).ownId())) {
            return records.stream()
                    .map(record -> Objects.requireNonNull(record.ownId()))
                    .toList();
        }
        return numbered(eventId, records.size());
    }

    static List<String> numbered(String eventId, int records) {
        if (records == 1) {
            return List.of(eventId);
        }
        List<String> ids = new ArrayList<>(records);
        for (int i = 1; i <= records; i++) {
            ids.add(eventId + "#" + i);
        }
        return ids;
    }

    /** The records that it is about, each once: what happens to them stays in order. */
    List<String> recordKeys() {
        return records.stream()
                .filter(record -> record.recordId() != null)
                .map(record -> source.name() + ":" + record.recordId())
                .distinct()
                .toList();
    }

    /** @throws Problem 413 when the events are larger than anybody has room for */
    List<ProducerRecord<byte[], byte[]>> toRecords(String topic) {
        long bytes = 0;
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
            ProducerRecord<byte[], byte[]> one = toRecord(topic, event);
            bytes += one.value().length + 2L * one.key().length + AROUND;
            if (bytes > MAX_BYTES || one.value().length > MAX_EVENT) {
                throw Problem.tooLarge("what becomes of the delivery is too large: " + MAX_BYTES
                        + " bytes are taken for all of its events together, " + MAX_EVENT + " for one");
            }
            result.add(one);
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
        // Not MICROS.between: it counts nanoseconds on its way, of which a long holds no 300 years.
        return time.getEpochSecond() * 1_000_000L + time.getNano() / 1_000;
    }
}
