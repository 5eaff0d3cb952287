package io.alluvium.audit.sink;

import io.alluvium.audit.table.ChangeRow;
import io.alluvium.audit.topic.ChangeEvent;
import io.alluvium.audit.topic.ChangeEventReader;
import io.alluvium.audit.topic.ChangeEventReader.UnknownFields;
import io.alluvium.audit.topic.ChangedFields;
import io.alluvium.audit.topic.InvalidChange;
import io.alluvium.audit.topic.Operation;
import io.alluvium.kit.CloudEventReader;
import io.alluvium.kit.CloudEventReader.CloudEvent;
import io.alluvium.sink.EventMapping;
import io.alluvium.sink.RejectedRecord;
import io.alluvium.sink.Utf8;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Turns a change event into its row. */
final class ChangeMapping implements EventMapping<ChangeRow> {

    private static final Utf8 TYPE = Utf8.of(ChangeEvent.TYPE);

    @Override
    public ChangeRow toRow(ConsumerRecord<byte[], byte[]> polled) throws RejectedRecord {
        CloudEvent envelope = CloudEventReader.read(polled);
        if (!envelope.type().equals(TYPE)) {
            throw new RejectedRecord("event type must be " + ChangeEvent.TYPE);
        }
        ChangeEvent event = read(envelope.data());
        return new ChangeRow(
                envelope.id(),
                event.entityType(),
                event.entityId(),
                event.operation().text(),
                event.oldValues(),
                event.newValues(),
                changedFields(event),
                event.changedBy(),
                event.changedAt(),
                event.correlationId());
    }

    private static ChangeEvent read(Utf8 data) throws RejectedRecord {
        try {
            return ChangeEventReader.read(data, UnknownFields.IGNORE);
        } catch (InvalidChange invalid) {
            throw new RejectedRecord("data: " + invalid.getMessage());
        }
    }

    private static @Nullable Utf8 changedFields(ChangeEvent event) {
        boolean missing = event.operation() == Operation.UPDATE && event.changedFields() == null;
        if (!missing || event.oldValues() == null || event.newValues() == null) {
            return event.changedFields();
        }
        return ChangedFields.between(event.oldValues(), event.newValues());
    }
}
