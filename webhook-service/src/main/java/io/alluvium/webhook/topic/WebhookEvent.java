package io.alluvium.webhook.topic;

import io.alluvium.sink.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * One record of a received webhook, as it is on the topic {@code webhook.received}. Texts and JSON are ranges of the
 * message that they came in.
 *
 * @param source         the configured source that it came from: 1 to 100 characters
 * @param eventId        with the source it identifies the event: 1 to 300 characters
 * @param eventType      what happened, in the source's words: 1 to 100 characters
 * @param module         what kind of record it happened to: at most 100 characters; null where the source has no kinds
 * @param recordId       which record: at most 200 characters; null where the source names none
 * @param recordData     a JSON object, byte for byte as sent
 * @param modifiedFields a JSON array of names; null where the source names none
 * @param userId         who did it: at most 200 characters; null where nobody is named
 * @param eventTimestamp microseconds since 1970-01-01T00:00:00Z; the time of receipt where the source tells none
 * @param receivedAt     microseconds since 1970-01-01T00:00:00Z
 * @param headers        a JSON object of strings: those of the request that are no secrets
 * @param bodySha256     of the request's body as it came, in 64 hexadecimal digits
 */
public record WebhookEvent(
        Utf8 source,
        Utf8 eventId,
        Utf8 eventType,
        @Nullable Utf8 module,
        @Nullable Utf8 recordId,
        Utf8 recordData,
        @Nullable Utf8 modifiedFields,
        @Nullable Utf8 userId,
        long eventTimestamp,
        long receivedAt,
        Utf8 headers,
        Utf8 bodySha256) {

    /** {@code ce_type} of these events. */
    public static final String TYPE = "alluvium.webhook.received.v1";

    public static final int MAX_SOURCE = 100;
    public static final int MAX_EVENT_ID = 300;
    public static final int MAX_EVENT_TYPE = 100;
    public static final int MAX_MODULE = 100;
    public static final int MAX_RECORD_ID = 200;
    public static final int MAX_USER_ID = 200;
    public static final int MAX_MODIFIED_FIELDS = 1000;
    public static final int MAX_FIELD_NAME = 200;

    /** The Kafka key: what happens to one record stays in order. An event without a record is in order with itself. */
    public Utf8 orderKey() {
        Utf8 within = recordId == null ? eventId : recordId;
        byte[] key = new byte[source.length() + 1 + within.length()];
        System.arraycopy(source.bytes(), source.offset(), key, 0, source.length());
        key[source.length()] = ':';
        System.arraycopy(within.bytes(), within.offset(), key, source.length() + 1, within.length());
        return new Utf8(key, 0, key.length);
    }

    /** {@code ce_source} of events of a source. */
    public static String cloudEventSource(String source) {
        return "/webhooks/" + source;
    }

    /** The event's data as it is published. */
    public byte[] toJson() {
        return WebhookEventJson.write(this);
    }
}
