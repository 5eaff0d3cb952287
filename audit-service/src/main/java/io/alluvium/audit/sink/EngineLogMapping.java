package io.alluvium.audit.sink;

import io.alluvium.audit.table.EngineLogRow;
import io.alluvium.audit.topic.EngineLogEvent;
import io.alluvium.audit.topic.EngineLogReader;
import io.alluvium.audit.topic.InvalidEngineLog;
import io.alluvium.emitter.enginelog.LogTable;
import io.alluvium.kit.CloudEventReader;
import io.alluvium.kit.CloudEventReader.CloudEvent;
import io.alluvium.kit.Rfc3339;
import io.alluvium.sink.EventMapping;
import io.alluvium.sink.RejectedRecord;
import io.alluvium.sink.Utf8;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Turns an event of an engine's log into its row. */
final class EngineLogMapping implements EventMapping<EngineLogRow> {

    private static final Map<Utf8, LogTable> TYPES = new HashMap<>();

    static {
        for (LogTable table : LogTable.values()) {
            TYPES.put(Utf8.of(table.eventType()), table);
        }
    }

    @Override
    public EngineLogRow toRow(ConsumerRecord<byte[], byte[]> polled) throws RejectedRecord {
        CloudEvent envelope = CloudEventReader.read(polled);
        LogTable table = table(envelope.type());
        if (table == null) {
            throw new RejectedRecord("event type must be alluvium.engine.<table>.v1, with a table of the engine log");
        }
        EngineLogEvent event = read(table, envelope.data());
        Long told = event.loggedAt();
        long loggedAt = told != null ? told : loggedAt(polled);
        return new EngineLogRow(table, envelope.id(), event.instanceId(), loggedAt, event.cells());
    }

    private static @Nullable LogTable table(Utf8 type) {
        LogTable usual = TYPES.get(type);
        return usual != null ? usual : EngineLogEvent.tableOf(type.toString());
    }

    private static EngineLogEvent read(LogTable table, Utf8 data) throws RejectedRecord {
        try {
            return EngineLogReader.read(table, data);
        } catch (InvalidEngineLog invalid) {
            throw new RejectedRecord("data: " + invalid.getMessage());
        }
    }

    /** When the event says it was, else when the record was made. */
    private static long loggedAt(ConsumerRecord<byte[], byte[]> polled) {
        Header time = polled.headers().lastHeader("ce_time");
        if (time != null && time.value() != null) {
            try {
                Instant at = Rfc3339.parse(new String(time.value(), StandardCharsets.UTF_8));
                return at.getEpochSecond() * 1_000_000L + at.getNano() / 1_000;
            } catch (DateTimeException none) {
                // An attribute that the row can do without.
            }
        }
        return Math.max(0, polled.timestamp()) * 1_000L;
    }
}
