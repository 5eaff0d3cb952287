package io.alluvium.audit.intake;

import io.alluvium.audit.topic.EngineLogEvent;
import io.alluvium.audit.topic.EngineLogReader;
import io.alluvium.audit.topic.EngineLogReader.Element;
import io.alluvium.audit.topic.InvalidChange.Fault;
import io.alluvium.audit.topic.InvalidEngineLog;
import io.alluvium.emitter.enginelog.LogTable;
import io.alluvium.kit.CloudEventHeaders;
import io.alluvium.kit.EventId;
import io.alluvium.kit.Problem;
import io.alluvium.kit.Problem.FieldError;
import io.alluvium.sink.Utf8;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** The rows of one request, all of them valid. */
record EngineLogRequest(LogTable table, List<Element> elements) {

    /** @throws Problem that names every offending column, and its row where there are several */
    static EngineLogRequest read(LogTable table, byte[] body, int max, int maxBytes) {
        List<Element> elements = elements(table, body, max);
        boolean indexed = elements.size() > 1;
        List<FieldError> errors = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            Utf8 json = elements.get(i).json();
            if (json.length() > maxBytes) {
                String which = indexed ? "[" + i + "]" : "the row";
                throw Problem.tooLarge(which + " has " + json.length() + " bytes; a row may have " + maxBytes);
            }
            Integer index = indexed ? i : null;
            for (Fault fault : elements.get(i).faults()) {
                errors.add(new FieldError(fault.field(), index, fault.message()));
            }
        }
        if (!errors.isEmpty()) {
            throw Problem.validation(errors);
        }
        return new EngineLogRequest(table, elements);
    }

    private static List<Element> elements(LogTable table, byte[] body, int max) {
        try {
            return EngineLogReader.readAll(table, new Utf8(body, 0, body.length), max);
        } catch (InvalidEngineLog whole) {
            String detail = "the body " + whole.getMessage();
            throw whole.isTooMany() ? Problem.tooLarge(detail) : Problem.badRequest(detail);
        }
    }

    /** The records to publish: the bytes of each row as they were sent. */
    List<ProducerRecord<byte[], byte[]>> records(String topic, String source) {
        Instant now = Instant.now();
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(elements.size());
        for (Element element : elements) {
            EngineLogEvent event = Objects.requireNonNull(element.event());
            String given = event.eventId();
            String id = given == null ? EventId.next().toString() : given.toLowerCase(Locale.ROOT);
            String key = event.key();
            Utf8 json = element.json();
            records.add(new ProducerRecord<>(
                    topic,
                    null,
                    null,
                    bytes(key),
                    Arrays.copyOfRange(json.bytes(), json.offset(), json.offset() + json.length()),
                    CloudEventHeaders.binary(id, source, table.eventType(), now, key)));
        }
        return records;
    }

    private static byte @Nullable [] bytes(@Nullable String key) {
        return key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    }
}
