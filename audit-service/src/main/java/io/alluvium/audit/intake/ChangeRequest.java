package io.alluvium.audit.intake;

import io.alluvium.audit.topic.ChangeEvent;
import io.alluvium.audit.topic.ChangeEventReader;
import io.alluvium.audit.topic.ChangeEventReader.Element;
import io.alluvium.audit.topic.InvalidChange;
import io.alluvium.audit.topic.InvalidChange.Fault;
import io.alluvium.kit.CloudEventHeaders;
import io.alluvium.kit.EventId;
import io.alluvium.kit.Problem;
import io.alluvium.kit.Problem.FieldError;
import io.alluvium.sink.Utf8;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one request, all of them valid.
 *
 * @param eventIds one for each element, all different
 */
record ChangeRequest(List<Element> elements, List<String> eventIds) {

    /**
     * @param lines whether each line is an event, rather than the whole an event or an array
     * @throws Problem that names every offending field, and its event where there are several
     */
    static ChangeRequest read(byte[] body, boolean lines, int max, int maxBytes) {
        Faults faults = new Faults();
        List<Element> elements = lines ? lines(body, max, faults) : values(body, max);
        boolean indexed = elements.size() > 1;
        for (int i = 0; i < elements.size(); i++) {
            refuseTooLarge(elements.get(i).json(), indexed ? "[" + i + "]" : "the event", maxBytes);
            faults.add(elements.get(i).faults(), indexed ? i : null);
        }
        List<String> ids = ids(elements, indexed, faults);
        faults.refuse();
        return new ChangeRequest(elements, ids);
    }

    // Found here, so that nothing of the request is published: Kafka would take the others.
    private static void refuseTooLarge(Utf8 json, String which, int maxBytes) {
        if (json.length() > maxBytes) {
            throw Problem.tooLarge(which + " has " + json.length() + " bytes; an event may have " + maxBytes);
        }
    }

    private static List<Element> values(byte[] body, int max) {
        try {
            return ChangeEventReader.readAll(new Utf8(body, 0, body.length), max);
        } catch (InvalidChange whole) {
            throw refusal(whole);
        }
    }

    private static Problem refusal(InvalidChange whole) {
        String detail = "the body " + whole.getMessage();
        return whole.isTooMany() ? Problem.tooLarge(detail) : Problem.badRequest(detail);
    }

    private static List<Element> lines(byte[] body, int max, Faults faults) {
        List<Element> elements = new ArrayList<>();
        int start = 0;
        while (start < body.length) {
            int end = start;
            while (end < body.length && body[end] != '\n') {
                end++;
            }
            Utf8 line = new Utf8(body, start, end - start);
            if (!line.toString().isBlank()) {
                if (elements.size() == max) {
                    throw refusal(InvalidChange.tooMany(max));
                }
                elements.add(line(line, elements.size(), faults));
            }
            start = end + 1;
        }
        if (elements.isEmpty()) {
            throw Problem.badRequest("the body is empty: send one change event per line");
        }
        return elements;
    }

    private static Element line(Utf8 line, int index, Faults faults) {
        try {
            return ChangeEventReader.readOne(line);
        } catch (InvalidChange broken) {
            faults.add(List.of(new Fault("", "this line " + broken.getMessage())), index);
            return new Element(line, null, List.of());
        }
    }

    private static List<String> ids(List<Element> elements, boolean indexed, Faults faults) {
        List<String> ids = new ArrayList<>(elements.size());
        Map<String, Integer> first = new HashMap<>();
        for (int i = 0; i < elements.size(); i++) {
            ChangeEvent event = elements.get(i).event();
            String given = event == null ? null : event.eventId();
            String id = given == null ? EventId.next().toString() : given.toLowerCase(Locale.ROOT);
            Integer earlier = given == null ? null : first.putIfAbsent(id, i);
            if (earlier != null) {
                faults.add(
                        List.of(new Fault("event_id", "is the same as that of [" + earlier + "]")), indexed ? i : null);
            }
            ids.add(id);
        }
        return ids;
    }

    /** The records to publish: the bytes of each event as they were sent. */
    List<ProducerRecord<byte[], byte[]>> records(String topic, String source) {
        Instant now = Instant.now();
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(elements.size());
        for (int i = 0; i < elements.size(); i++) {
            Element element = elements.get(i);
            String key = java.util.Objects.requireNonNull(element.event()).key();
            Utf8 json = element.json();
            records.add(new ProducerRecord<>(
                    topic,
                    null,
                    null,
                    key.getBytes(StandardCharsets.UTF_8),
                    Arrays.copyOfRange(json.bytes(), json.offset(), json.offset() + json.length()),
                    CloudEventHeaders.binary(eventIds.get(i), source, ChangeEvent.TYPE, now, key)));
        }
        return records;
    }

    /** Everything that is wrong with a request. */
    private static final class Faults {

        private final List<FieldError> errors = new ArrayList<>();

        void add(List<Fault> faults, @Nullable Integer index) {
            faults.forEach(fault -> errors.add(new FieldError(fault.field(), index, fault.message())));
        }

        void refuse() {
            if (!errors.isEmpty()) {
                throw Problem.validation(errors);
            }
        }
    }
}
