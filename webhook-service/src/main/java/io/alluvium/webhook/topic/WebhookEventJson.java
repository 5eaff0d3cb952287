package io.alluvium.webhook.topic;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.alluvium.sink.Utf8;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Writes the data of an event. What is JSON already is copied as it is. */
final class WebhookEventJson {

    private static final JsonStringEncoder QUOTE = JsonStringEncoder.getInstance();

    private final ByteArrayOutputStream out;

    private WebhookEventJson(int expected) {
        this.out = new ByteArrayOutputStream(expected);
    }

    static byte[] write(WebhookEvent event) {
        WebhookEventJson json = new WebhookEventJson(
                event.recordData().length() + event.headers().length() + 600);
        json.out.write('{');
        json.text("source", event.source());
        json.text("event_id", event.eventId());
        json.text("event_type", event.eventType());
        json.text("module", event.module());
        json.text("record_id", event.recordId());
        json.raw("record_data", event.recordData());
        json.raw("modified_fields", event.modifiedFields());
        json.text("user_id", event.userId());
        json.text("event_timestamp", time(event.eventTimestamp()));
        json.text("received_at", time(event.receivedAt()));
        json.raw("headers", event.headers());
        json.text("body_sha256", event.bodySha256());
        json.out.write('}');
        return json.out.toByteArray();
    }

    private static Utf8 time(long micros) {
        return Utf8.of(Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString());
    }

    private void text(String name, @Nullable Utf8 text) {
        if (text != null) {
            name(name);
            out.write('"');
            out.writeBytes(QUOTE.quoteAsUTF8(text.toString()));
            out.write('"');
        }
    }

    private void raw(String name, @Nullable Utf8 json) {
        if (json != null) {
            name(name);
            out.write(json.bytes(), json.offset(), json.length());
        }
    }

    private void name(String name) {
        if (out.size() > 1) {
            out.write(',');
        }
        out.writeBytes(("\"" + name + "\":").getBytes(StandardCharsets.US_ASCII));
    }
}
