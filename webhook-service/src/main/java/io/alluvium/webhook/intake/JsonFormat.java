package io.alluvium.webhook.intake;

import com.fasterxml.jackson.core.JsonToken;
import io.alluvium.kit.Problem;
import io.alluvium.sink.Utf8;
import io.alluvium.webhook.topic.WebhookEvent;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Any JSON object, kept whole; or an array of them, each a record of its own. What the columns get is found by the names
 * of headers and by JSON pointers.
 */
final class JsonFormat implements PayloadFormat {

    /** The type of an event whose source tells none. */
    static final String UNKNOWN = "unknown";

    /** @param slot of the pointer, where it is none of a header */
    private record Place(@Nullable String header, int slot) {

        @Nullable
        String text(Headers headers, @Nullable String[] values) {
            String text = header == null ? values[slot] : headers.first(header);
            return text == null || text.isBlank() ? null : text;
        }
    }

    private final Paths paths = new Paths();
    private final int maxRecords;
    private final List<Place> eventId;
    private final List<Place> eventType;
    private final List<Place> recordId;
    private final List<Place> module;
    private final List<Place> userId;
    private final List<Place> timestamp;

    JsonFormat(Provider.Fields fields, int maxRecords) {
        this.maxRecords = maxRecords;
        // An id in a header is the delivery's, whatever the body is.
        this.eventId =
                places(fields.eventId().stream().filter(JsonFormat::isPointer).toList());
        this.eventType = places(fields.eventType());
        this.recordId = places(fields.recordId());
        this.module = places(fields.module());
        this.userId = places(fields.userId());
        this.timestamp = places(fields.timestamp());
    }

    static boolean isPointer(String place) {
        return place.startsWith("/");
    }

    private List<Place> places(List<String> names) {
        return names.stream()
                .map(name -> isPointer(name) ? new Place(null, paths.add(name)) : new Place(name, -1))
                .toList();
    }

    @Override
    public Payload read(Headers headers, byte[] body) {
        return JsonBody.read(body, json -> {
            if (json.token() == JsonToken.START_OBJECT) {
                return payload(List.of(record(headers, json)));
            }
            if (json.token() != JsonToken.START_ARRAY) {
                throw Problem.badRequest("the payload must be a JSON object or an array of objects");
            }
            List<ReceivedRecord> records = new ArrayList<>();
            while (json.nextElement()) {
                if (records.size() == maxRecords) {
                    throw Problem.tooLarge("the array has more than " + maxRecords + " records");
                }
                if (json.token() != JsonToken.START_OBJECT) {
                    throw Problem.badRequest("[" + records.size() + "]", "must be an object");
                }
                records.add(record(headers, json));
            }
            if (records.isEmpty()) {
                throw Problem.badRequest("the array must hold at least one object");
            }
            return payload(records);
        });
    }

    /** Ids count when each record has one of its own: with fewer, two deliveries could share some and not others. */
    private static Payload payload(List<ReceivedRecord> records) {
        Set<String> ids = new HashSet<>();
        boolean each = records.stream().allMatch(record -> record.ownId() != null && ids.add(record.ownId()));
        return new Payload(each ? records.get(0).ownId() : null, records);
    }

    private ReceivedRecord record(Headers headers, JsonBody json) throws IOException {
        int start = json.start();
        @Nullable String[] values = paths.read(json);
        Utf8 data = json.rangeFrom(start);
        String type = String.join(".", texts(eventType, headers, values).toList());
        return new ReceivedRecord(
                texts(eventId, headers, values).findFirst().map(OwnId::sound).orElse(null),
                type.isEmpty() ? UNKNOWN : JsonBody.bounded("event type", type, WebhookEvent.MAX_EVENT_TYPE),
                bounded("module", module, WebhookEvent.MAX_MODULE, headers, values),
                bounded("record id", recordId, WebhookEvent.MAX_RECORD_ID, headers, values),
                data,
                null,
                bounded("user id", userId, WebhookEvent.MAX_USER_ID, headers, values),
                time(headers, values));
    }

    private @Nullable Instant time(Headers headers, @Nullable String[] values) {
        return texts(timestamp, headers, values)
                .map(SigningTime::parse)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String bounded(
            String what, List<Place> places, int most, Headers headers, @Nullable String[] values) {
        String text = texts(places, headers, values).findFirst().orElse(null);
        return text == null ? null : JsonBody.bounded(what, text, most);
    }

    private static Stream<String> texts(List<Place> places, Headers headers, @Nullable String[] values) {
        return places.stream().map(place -> place.text(headers, values)).filter(Objects::nonNull);
    }
}
