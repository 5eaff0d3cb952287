package io.alluvium.emitter.enginelog;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The way to Kafka, which never waits: a row is under way until Kafka has answered, and who is tired of waiting takes back
 * all that are. Such a row may arrive all the same: its id makes the second one a duplicate. Belongs to the sender's thread.
 */
final class LogTopic {

    private static final byte[] SPEC_VERSION = "1.0".getBytes(UTF_8);
    private static final byte[] JSON = "application/json".getBytes(UTF_8);

    /** Rows under way. */
    private static final int MOST_UNDER_WAY = 32_768;

    private static final class Sending {
        private final LogEntry entry;
        private final long since = System.nanoTime();
        private volatile @Nullable Boolean acknowledged;
        private volatile @Nullable Exception failure;

        Sending(LogEntry entry) {
            this.entry = entry;
        }

        void answered(@Nullable Exception exception) {
            failure = exception;
            acknowledged = exception == null;
        }
    }

    private final String topic;
    private final byte[] source;
    private final Map<String, Object> config;
    private final BiConsumer<LogEntry, String> refused;
    private final Deque<Sending> underWay = new ArrayDeque<>();
    private @Nullable Producer<byte[], byte[]> producer;
    private boolean failed;
    private volatile long acknowledged;

    /** @param refused told of rows that Kafka will never take, and why */
    LogTopic(EngineLogSettings settings, BiConsumer<LogEntry, String> refused) {
        this.topic = settings.topic();
        this.source = settings.source().getBytes(UTF_8);
        this.config = producerConfig(settings.kafka());
        this.refused = refused;
    }

    private static Map<String, Object> producerConfig(Map<String, Object> given) {
        Map<String, Object> config = new HashMap<>(given);
        config.keySet().retainAll(ProducerConfig.configNames());
        config.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
        config.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, "2");
        config.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, "65536");
        config.putIfAbsent(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, "1000");
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, String.valueOf(Integer.MAX_VALUE));
        // The thread that sends is the one that empties the ring: it must not stand still.
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "0");
        return config;
    }

    /** @return false when Kafka cannot be given this row at this moment; it is then not under way */
    boolean send(LogEntry entry) {
        if (underWay.size() >= MOST_UNDER_WAY) {
            return false;
        }
        Sending sending = new Sending(entry);
        try {
            ProducerRecord<byte[], byte[]> event = event(entry); // before the producer is asked for: it may be costly
            producer().send(event, (where, failure) -> sending.answered(failure));
        } catch (RuntimeException away) {
            return false; // no address can be resolved, or the buffer is full
        }
        Exception atOnce = sending.failure;
        if (atOnce != null && !isRefusal(atOnce)) {
            return false; // the broker has not told the partitions yet
        }
        underWay.add(sending);
        return true;
    }

    private Producer<byte[], byte[]> producer() {
        Producer<byte[], byte[]> present = producer;
        if (present == null) {
            present = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
            producer = present;
        }
        return present;
    }

    private ProducerRecord<byte[], byte[]> event(LogEntry entry) {
        byte[] key = entry.key().getBytes(UTF_8);
        ProducerRecord<byte[], byte[]> event = new ProducerRecord<>(topic, key, LogJson.of(entry));
        event.headers()
                .add("ce_specversion", SPEC_VERSION)
                .add("ce_id", entry.id().toString().getBytes(UTF_8))
                .add("ce_source", source)
                .add("ce_type", entry.table.eventType().getBytes(UTF_8))
                .add("ce_time", entry.loggedAt.toString().getBytes(UTF_8))
                .add("content-type", JSON);
        return event;
    }

    private static boolean isRefusal(Exception failure) {
        return failure instanceof RecordTooLargeException
                || failure instanceof InvalidTimestampException
                || failure instanceof InvalidRecordException;
    }

    /** Takes note of Kafka's answers. */
    void settle() {
        for (Sending first = underWay.peek(); first != null && first.acknowledged != null; first = underWay.peek()) {
            Exception failure = first.failure;
            if (failure == null) {
                acknowledged++;
            } else if (isRefusal(failure)) {
                refused.accept(first.entry, "Kafka refused it: " + failure.getMessage());
            } else {
                failed = true;
                return; // stays: it is taken back with the others
            }
            underWay.remove();
        }
    }

    /** Whether Kafka failed, or keeps the oldest row waiting for longer than that. */
    boolean isAway(Duration patience) {
        Sending oldest = underWay.peek();
        return failed || oldest != null && System.nanoTime() - oldest.since > patience.toNanos();
    }

    boolean isIdle() {
        return underWay.isEmpty();
    }

    int underWay() {
        return underWay.size();
    }

    /** Rows that Kafka has, since the start. */
    long acknowledged() {
        return acknowledged;
    }

    /** Gives up the connection. @return the rows that were under way, in order: Kafka may have them or not */
    List<LogEntry> takeBack() {
        settle();
        List<LogEntry> taken = new ArrayList<>(underWay.size());
        for (Sending sending : underWay) {
            Exception failure = sending.failure;
            if (Boolean.TRUE.equals(sending.acknowledged)) {
                acknowledged++;
            } else if (failure != null && isRefusal(failure)) {
                refused.accept(sending.entry, "Kafka refused it: " + failure.getMessage());
            } else {
                taken.add(sending.entry);
            }
        }
        underWay.clear();
        failed = false;
        close();
        return taken;
    }

    /** Beside the sender: the producer's own thread is waited for, and that may look up an address at this moment. */
    private void close() {
        Producer<byte[], byte[]> old = producer;
        producer = null;
        if (old != null) {
            Thread closing = new Thread(() -> old.close(Duration.ZERO), "engine-log-close");
            closing.setDaemon(true);
            closing.start();
        }
    }
}
