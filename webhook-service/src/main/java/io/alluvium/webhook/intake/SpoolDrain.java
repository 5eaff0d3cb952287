package io.alluvium.webhook.intake;

import io.alluvium.kit.EventPublisher;
import io.alluvium.kit.Problem;
import io.alluvium.webhook.intake.SpoolFiles.Portion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
                Portion portion = spool.peek(PORTION, IDLE_MILLIS);
                if (!portion.isEmpty()) {
                    publish(portion.entries());
                    spool.remove(portion);
                    tellHowFarItIs();
                }
            } catch (InterruptedException stop) {
                return;
            } catch (IOException | ExecutionException | RuntimeException | Error failure) {
                pause(failure);
            } finally {
                if (spool.waiting() == 0) {
                    letThemOn();
                }
            }
        }
    }

    private void tellHowFarItIs() {
        long waiting = spool.waiting();
        if (waiting > 0 && waiting < PORTION && nearlyEmpty == null) {
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
            records.addAll(records(entry));
        }
        for (List<ProducerRecord<byte[], byte[]>> round : Rounds.of(records)) {
            try {
                send(round);
            } catch (ExecutionException failure) {
                // Of several in a batch the producer does not tell which one is too large: it tries until its time is
                // over.
                if (!isTooLarge(failure) && round.size() == 1) {
                    throw failure;
                }
                publishOneByOne(round);
            }
        }
    }

    /** An entry whose checksum is right and that is none was written by another version of this program. */
    private List<ProducerRecord<byte[], byte[]>> records(byte[] entry) throws IOException {
        try {
            return SpoolEntry.of(entry, topic).records();
        } catch (IOException unreadable) {
            setAside(entry, unreadable.toString());
            return List.of();
        }
    }

    /**
     * Perhaps one record is larger than the topic allows, which no waiting changes, and the others must not wait behind it.
     * When it is the broker that is away, the first one fails as well.
     */
    private void publishOneByOne(List<ProducerRecord<byte[], byte[]>> round)
            throws IOException, ExecutionException, InterruptedException {
        for (ProducerRecord<byte[], byte[]> record : round) {
            try {
                send(List.of(record));
            } catch (ExecutionException failure) {
                if (!isTooLarge(failure)) {
                    throw failure;
                }
                setAside(new SpoolEntry(List.of(record)).toBytes(), "larger than the topic allows");
            }
        }
    }

    private void setAside(byte[] entry, String why) throws IOException {
        spool.setAside(entry);
        LOGGER.atError()
                .addKeyValue("topic", topic)
                .addKeyValue("bytes", entry.length)
                .addKeyValue("cause", why)
                .log("entry of the spool cannot be published, kept aside");
    }

    /** Looks up now and then: an interruption would close the file that is being read, and that others write to. */
    private void send(List<ProducerRecord<byte[], byte[]>> records) throws ExecutionException, InterruptedException {
        CompletableFuture<Void> published = publisher.publish(records).toCompletableFuture();
        while (true) {
            try {
                published.get(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException notYet) {
                if (closed) {
                    throw new InterruptedException();
                }
            }
        }
    }

    private static boolean isTooLarge(ExecutionException failure) {
        return failure.getCause() instanceof Problem problem && problem.status() == 413;
    }

    private void pause(Throwable failure) {
        letThemOn();
        if (failure instanceof ExecutionException) {
            LOGGER.atDebug().addKeyValue("cause", failure.toString()).log("spool not drained yet");
        } else {
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
        try {
            thread.join();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
