package io.alluvium.sink;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Turns one record of the topic into one row. Pure: the same record always gives the same row or the same reason. */
@FunctionalInterface
public interface EventMapping<R> {

    /** @throws RejectedRecord when the record breaks the contract of the topic */
    R toRow(ConsumerRecord<byte[], byte[]> polled) throws RejectedRecord;
}
