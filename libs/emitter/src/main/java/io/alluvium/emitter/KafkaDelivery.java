package io.alluvium.emitter;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Hands batches to Kafka such that of each partition a prefix arrives, whatever fails: no event of a key overtakes another.
 *
 * <p>Three things make it so. The producer is idempotent and never gives a record up by itself, so it cannot go on with the
 * next one either. It has one request under way, so that when the broker refuses a record nothing behind it is on its way
 * yet. And at the first failure the producer is thrown away with all that it holds.
 *
 * <p>Not thread-safe: belongs to the thread of the relay, except for {@link #giveUp()}.
 */
final class KafkaDelivery implements AutoCloseable {

    /**
     * What became of a batch.
     *
     * @param acknowledged ids of the events that are in Kafka; the others may be in it or not
     * @param failure      why the batch ended early; null when all of it was acknowledged
     * @param refused      the event that Kafka will never take as it is; null when the failure may pass by itself
     */
    record Outcome(List<Long> acknowledged, @Nullable Exception failure, OutboxEvent.@Nullable Stored refused) {}

    private final Map<String, Object> settings;
    private final Duration patience;
    private volatile boolean givenUp;
    private @Nullable Producer<byte[], byte[]> producer;

    /**
     * @param settings of the application's producers: at least {@code bootstrap.servers}; what is not one of Kafka's is
     *     ignored. {@code batch.size} must be less than {@code max.message.bytes} of the topic: what is smaller than a batch
     *     the producer cannot split, and sends it again and again
     */
    KafkaDelivery(Map<String, Object> settings, Duration patience) {
        this.settings = producerSettings(settings, patience);
        this.patience = patience;
    }

    private static Map<String, Object> producerSettings(Map<String, Object> given, Duration patience) {
        Map<String, Object> config = new HashMap<>(given);
        config.keySet().retainAll(ProducerConfig.configNames());
        // A transactional producer would need readers that know about it.
        config.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
        config.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, "0");
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "1");
        config.put(ProducerConfig.RETRIES_CONFIG, String.valueOf(Integer.MAX_VALUE));
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, String.valueOf(Integer.MAX_VALUE));
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, String.valueOf(patience.toMillis()));
        return config;
    }

    /** Publishes the events in their order and waits for Kafka, for as long as the patience lasts. */
    Outcome publish(List<OutboxEvent.Stored> events) {
        Producer<byte[], byte[]> to = producer();
        Answers answers = new Answers(to, Thread.currentThread());
        int sent = 0;
        while (sent < events.size() && !answers.failed() && !givenUp) {
            send(events.get(sent), to, answers);
            sent++;
        }
        if (!answers.await(sent, patience)) {
            to.close(Duration.ZERO); // from here on nothing more is sent, and what is acknowledged is known
            producer = null;
        }
        return answers.outcome();
    }

    private static void send(OutboxEvent.Stored event, Producer<byte[], byte[]> to, Answers answers) {
        try {
            to.send(record(event.event()), (where, failure) -> answers.answer(event, failure));
        } catch (RuntimeException failure) {
            answers.answer(event, failure);
        }
    }

    private static ProducerRecord<byte[], byte[]> record(OutboxEvent event) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                event.topic(), event.key().getBytes(UTF_8), event.payload().getBytes(UTF_8));
        event.headers().forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
        return record;
    }

    private Producer<byte[], byte[]> producer() {
        Producer<byte[], byte[]> present = producer;
        if (present == null) {
            present = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
            producer = present;
        }
        return present;
    }

    /** Ends a publication that is under way: what is not acknowledged by now stays in the outbox. */
    void giveUp() {
        givenUp = true;
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close(Duration.ZERO);
        }
    }

    /** The answers to one batch, told by the thread of the producer. Thread-safe. */
    private final class Answers {

        private final Producer<byte[], byte[]> producer;
        private final Thread sender;
        private final List<Long> acknowledged = new ArrayList<>();
        private int answered;
        private @Nullable Exception failure;
        private OutboxEvent.@Nullable Stored refused;
        private boolean broken;

        Answers(Producer<byte[], byte[]> producer, Thread sender) {
            this.producer = producer;
            this.sender = sender;
        }

        synchronized boolean failed() {
            return failure != null;
        }

        void answer(OutboxEvent.Stored event, @Nullable Exception exception) {
            boolean first = note(event, exception);
            if (first && Thread.currentThread() != sender) {
                // On the thread that would send the next record: it does not.
                producer.close(Duration.ZERO);
            }
        }

        /** @return whether this is the first failure */
        private synchronized boolean note(OutboxEvent.Stored event, @Nullable Exception exception) {
            answered++;
            notifyAll();
            if (exception == null) {
                acknowledged.add(event.id());
                return false;
            }
            if (failure != null) {
                return false;
            }
            failure = exception;
            refused = isRefusal(exception) ? event : null;
            // A record that was never accepted for sending leaves the producer and what is before it in order.
            broken = Thread.currentThread() != sender;
            return true;
        }

        private boolean isRefusal(Exception exception) {
            return exception instanceof RecordTooLargeException
                    || exception instanceof InvalidRecordException
                    || exception instanceof SerializationException;
        }

        /** @return whether the producer may go on: every record was answered, and none by a failure on its way */
        synchronized boolean await(int sent, Duration patience) {
            long deadline = System.nanoTime() + patience.toNanos();
            while (answered < sent && !broken && !givenUp) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    if (failure == null) {
                        failure = new java.util.concurrent.TimeoutException("Kafka acknowledged " + acknowledged.size()
                                + " of " + sent + " events in " + patience.toMillis() + " ms");
                    }
                    return false;
                }
                try {
                    wait(Math.min(left, 100));
                } catch (InterruptedException stop) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            }
            return answered == sent && !broken;
        }

        synchronized Outcome outcome() {
            return new Outcome(List.copyOf(acknowledged), failure, refused);
        }
    }
}
