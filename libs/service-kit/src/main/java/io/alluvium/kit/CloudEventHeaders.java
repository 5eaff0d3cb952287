package io.alluvium.kit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** The attributes of a CloudEvent 1.0 as Kafka headers (binary mode): the record's value is the event's data, as JSON. */
public final class CloudEventHeaders {

    private static final byte[] SPEC_VERSION = "1.0".getBytes(UTF_8);
    private static final byte[] JSON = "application/json".getBytes(UTF_8);

    private CloudEventHeaders() {}

    /**
     * @param id      with the source it identifies the event: a second one with both is the same event again
     * @param source  a URI reference: who reports the event
     * @param type    ends in a version: {@code alluvium.audit.change.v1}
     * @param time    when it happened; null where nobody knows
     * @param subject what it happened to, within the source; null where there is nothing to add
     * @return headers of one record, not shared with any other
     */
    public static Headers binary(
            String id, String source, String type, @Nullable Instant time, @Nullable String subject) {
        Headers headers = new RecordHeaders();
        headers.add("ce_specversion", SPEC_VERSION);
        headers.add("ce_id", required("id", id));
        headers.add("ce_source", required("source", source));
        headers.add("ce_type", required("type", type));
        if (time != null) {
            headers.add("ce_time", time.toString().getBytes(UTF_8));
        }
        if (subject != null) {
            headers.add("ce_subject", required("subject", subject));
        }
        headers.add("content-type", JSON);
        return headers;
    }

    private static byte[] required(String attribute, String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("the attribute " + attribute + " of a CloudEvent must not be empty");
        }
        return value.getBytes(UTF_8);
    }
}
