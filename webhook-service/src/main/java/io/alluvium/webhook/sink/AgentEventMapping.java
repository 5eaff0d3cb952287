package io.alluvium.webhook.sink;

import io.alluvium.kit.CloudEventReader;
import io.alluvium.kit.CloudEventReader.CloudEvent;
import io.alluvium.sink.EventMapping;
import io.alluvium.sink.RejectedRecord;
import io.alluvium.sink.Utf8;
import io.alluvium.webhook.table.AgentEventRow;
import io.alluvium.webhook.topic.AgentEvent;
import io.alluvium.webhook.topic.AgentEventReader;
import io.alluvium.webhook.topic.InvalidAgentEvent;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Turns an agent event into its row. One that is dated where no partition is, is refused here and not by the database:
 * however many there are of them, they are no reason to pause.
 */
record AgentEventMapping(AgentMonths months) implements EventMapping<AgentEventRow> {

    private static final Utf8 TYPE = Utf8.of(AgentEvent.TYPE);

    @Override
    public AgentEventRow toRow(ConsumerRecord<byte[], byte[]> polled) throws RejectedRecord {
        CloudEvent envelope = CloudEventReader.read(polled);
        if (!envelope.type().equals(TYPE)) {
            throw new RejectedRecord("event type must be " + AgentEvent.TYPE);
        }
        AgentEvent event = read(envelope.data());
        refuseWhereNoPartitionIs(event.timestamp());
        return new AgentEventRow(
                envelope.id(),
                utf8(event.sessionId()),
                Utf8.of(event.eventType()),
                event.timestamp().getEpochSecond() * 1_000_000
                        + event.timestamp().getNano() / 1_000,
                utf8(event.actor()),
                Utf8.of(event.action()),
                utf8(event.resource()),
                utf8(event.metadata()),
                polled.partition(),
                polled.offset());
    }

    private static AgentEvent read(Utf8 data) throws RejectedRecord {
        try {
            return AgentEventReader.read(data);
        } catch (InvalidAgentEvent invalid) {
            throw new RejectedRecord("data: " + invalid.getMessage());
        }
    }

    private void refuseWhereNoPartitionIs(Instant timestamp) throws RejectedRecord {
        if (timestamp.isBefore(months.since())) {
            throw new RejectedRecord("data: timestamp: is older than what is kept, which begins at " + months.since()
                    + " (webhook.agent.months-kept)");
        }
        if (!timestamp.isBefore(months.until())) {
            throw new RejectedRecord("data: timestamp: is too far ahead; events are taken up to " + months.until()
                    + " (webhook.agent.months-ahead)");
        }
    }

    private static @Nullable Utf8 utf8(@Nullable String text) {
        return text == null ? null : Utf8.of(text);
    }
}
