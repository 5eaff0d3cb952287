package io.alluvium.webhook.intake;

import io.alluvium.kit.EventPublisher;
import io.alluvium.kit.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what is in the spool to the topic, in order, as soon as the broker takes it. */
final class SpoolDrain implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(SpoolDrain.class);

    /** Deliveries that are read at a time. */
    private static final int PORTION = 500;

    private static final long IDLE_MILLIS = 500;

    /** Between attempts; each attempt waits for the broker by itself. */
    private static final long PAUSE_MILLIS = 200;

    private final Spool spool;
    private final EventPublisher publisher;
    private final String topic;
    private final Thread thread = new Thread(this::drain, "webhook-spool-drain");
    private volatile boolean closed;
    private volatile @Nullable CompletableFuture<Void> nearlyEmpty;

    SpoolDrain(Spool spool, EventPublisher publisher, String topic) {
        this.spool = spool;
        this.publisher = publisher;
        this.topic = topic;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /**
     * Not null while the broker takes events and few are left: then whoever has another waits for it rather than for the
     * disk, or the spool would never be empty under a steady load. Completes when it is empty or the broker is away again.
     */
    @Nullable
    CompletableFuture<Void> nearlyEmpty() {
        return nearlyEmpty;
    }

    private void drain() {
        while (!closed) {
            try {
                List<byte[]> entries = spool.peek(PORTION, IDLE_MILLIS);
                if (!entries.isEmpty()) {
                    publish(entries);
                    spool.remove(entries.size());
                    tellHowFarItIs(entries.size());
                }
            } catch (InterruptedException stop) {
                return;
            } catch (IOException | ExecutionException failure) {
                pause(failure);
            } finally {
                if (spool.waiting() == 0) {
                    letThemOn();
                }
            }
        }
    }

    private void tellHowFarItIs(int taken) {
        if (taken < PORTION && spool.waiting() > 0 && nearlyEmpty == null) {
            nearlyEmpty = new CompletableFuture<>();
        }
    }

    private void letThemOn() {
        CompletableFuture<Void> gate = nearlyEmpty;
        nearlyEmpty = null;
        if (gate != null) {
            gate.complete(null);
        }
    }

    private void publish(List<byte[]> entries) throws IOException, ExecutionException, InterruptedException {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (byte[] entry : entries) {
            records.addAll(SpoolEntry.of(entry, topic).records());
        }
        for (List<ProducerRecord<byte[], byte[]>> round : Rounds.of(records)) {
            try {
                publisher.publish(round).toCompletableFuture().get();
            } catch (ExecutionException failure) {
                if (!isTooLarge(failure)) {
                    throw failure;
                }
                publishOneByOne(round);
            }
        }
    }

    /** One record is larger than the topic allows, which no waiting changes. The others must not wait behind it. */
    private void publishOneByOne(List<ProducerRecord<byte[], byte[]>> round)
            throws ExecutionException, InterruptedException {
        for (ProducerRecord<byte[], byte[]> record : round) {
            try {
                publisher.publish(List.of(record)).toCompletableFuture().get();
            } catch (ExecutionException failure) {
                if (!isTooLarge(failure)) {
                    throw failure;
                }
                LOGGER.atError()
                        .addKeyValue("topic", topic)
                        .addKeyValue("bytes", record.value().length)
                        .log("event of the spool is larger than its topic allows, given up");
            }
        }
    }

    private static boolean isTooLarge(ExecutionException failure) {
        return failure.getCause() instanceof Problem problem && problem.status() == 413;
    }

    private void pause(Exception failure) {
        letThemOn();
        LOGGER.atDebug().addKeyValue("cause", failure.toString()).log("spool not drained yet");
        if (failure instanceof IOException) {
            LOGGER.atError().addKeyValue("cause", failure.toString()).log("spool cannot be read");
        }
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException stop) {
            closed = true;
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
