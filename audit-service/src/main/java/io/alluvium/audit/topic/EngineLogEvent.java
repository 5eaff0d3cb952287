package io.alluvium.audit.topic;

import io.alluvium.emitter.enginelog.LogTable;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One row of an engine's log on the wire. The type of its event is {@link LogTable#eventType()}.
 *
 * @param instanceId of the run of the engine; null where the producer did not say
 * @param cells      one for each column: {@link io.alluvium.sink.Utf8}, Integer, Long, Double, or Long for the microseconds
 *                   of a time; null where the event does not have it
 * @param loggedAt   microseconds since 1970-01-01T00:00:00Z; null where the row does not say: then its event does
 * @param eventId    the id that a caller over HTTP gave in the body; null on the topic, where the header has it
 */
public record EngineLogEvent(
        LogTable table,
        @Nullable UUID instanceId,
        @Nullable Object[] cells,
        @Nullable Long loggedAt,
        @Nullable String eventId) {

    private static final String TYPE_PREFIX = "alluvium.engine.";
    private static final String TYPE_SUFFIX = ".v1";

    /** @return null when it is no type of an engine log, or of a table that is not there */
    public static @Nullable LogTable tableOf(String eventType) {
        if (!eventType.startsWith(TYPE_PREFIX) || !eventType.endsWith(TYPE_SUFFIX)) {
            return null;
        }
        int end = eventType.length() - TYPE_SUFFIX.length();
        return end < TYPE_PREFIX.length()
                ? null
                : LogTable.of(eventType.substring(TYPE_PREFIX.length(), end)).orElse(null);
    }

    /** The Kafka key: the recording, else the connection, else the process, else the run; null where none is known. */
    public @Nullable String key() {
        for (String column : new String[] {"recording_id", "websocket_connection_id", "process_id"}) {
            int index = table.indexOf(column);
            if (index >= 0 && cells[index] != null) {
                return String.valueOf(cells[index]);
            }
        }
        return instanceId == null ? null : instanceId.toString();
    }
}
