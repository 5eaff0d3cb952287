package io.alluvium.webhook.intake;

import io.alluvium.webhook.intake.SpoolFiles.Portion;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entries in the order in which they came, on a disk, bounded, until somebody takes them. Belongs to one process: a second
 * one is refused. What was appended is there after any crash; what was taken but not yet in a file that is deleted, comes
 * again. Thread-safe; there is one that takes.
 */
final class Spool implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Spool.class);

    /** Entries of one write and one flush to the disk, at most, and about how many bytes; the same for reading. */
    private static final int GROUP = 1000;

    private static final long GROUP_BYTES = 4 << 20;

    /** Bytes that may wait in memory for a disk that is slow. */
    private static final long MAX_PENDING = 32 << 20;

    /** The spool has as many bytes as it may. */
    static final class Full extends IOException {
        private static final long serialVersionUID = 1L;

        Full() {
            super("the spool is full");
        }
    }

    private record Pending(byte[] entry, CompletableFuture<Void> durable) {}

    /** How long nothing is tried after a disk that refused. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final long maxBytes;
    private final BlockingQueue<Pending> pending = new LinkedBlockingQueue<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong pendingBytes = new AtomicLong();
    private final AtomicLong waiting = new AtomicLong();
    private final Thread writer = new Thread(this::write, "webhook-spool-writer");

    /** Their own guard; held during input and output, so by no event loop. */
    private final SpoolFiles files;

    private volatile long refusesUntil = System.nanoTime();
    private volatile boolean closed;

    /** @throws IOException when the directory cannot be used, or another process has it */
    Spool(Path directory, long maxBytes, long segmentBytes) throws IOException {
        this.maxBytes = maxBytes;
        this.files = new SpoolFiles(directory, segmentBytes, bytes, waiting);
        writer.setDaemon(true);
        writer.start();
    }

    /**
     * Never blocks.
     *
     * @param entry not empty
     * @return completes when the entry is on the disk; fails with {@link Full}, or with what the disk says
     */
    CompletionStage<Void> append(byte[] entry) {
        if (closed || refuses()) {
            return CompletableFuture.failedFuture(new IOException("the spool is closed, or its disk refuses"));
        }
        if (entry.length == 0 || entry.length > SpoolSegment.MAX_ENTRY) {
            return CompletableFuture.failedFuture(new IOException("no entry has " + entry.length + " bytes"));
        }
        long size = SpoolSegment.HEAD + (long) entry.length;
        if (pendingBytes.get() > MAX_PENDING || !reserve(size)) {
            return CompletableFuture.failedFuture(new Full());
        }
        pendingBytes.addAndGet(size);
        waiting.incrementAndGet();
        Pending one = new Pending(entry, new CompletableFuture<>());
        pending.add(one);
        return one.durable();
    }

    private boolean reserve(long size) {
        long before = bytes.get();
        while (before + size <= maxBytes) {
            if (bytes.compareAndSet(before, before + size)) {
                return true;
            }
            before = bytes.get();
        }
        return false;
    }

    /** Whether its disk has refused just now. */
    boolean refuses() {
        return System.nanoTime() - refusesUntil < 0;
    }

    private void write() {
        List<Pending> group = new ArrayList<>(GROUP);
        while (!closed || !pending.isEmpty()) {
            try {
                Pending first = pending.poll(100, TimeUnit.MILLISECONDS);
                long size = 0;
                for (Pending next = first; next != null; next = pending.poll()) {
                    group.add(next);
                    size += SpoolSegment.HEAD + next.entry().length;
                    if (group.size() == GROUP || size >= GROUP_BYTES) {
                        break;
                    }
                }
                if (first != null) {
                    write(group);
                    group.clear();
                    pendingBytes.addAndGet(-size);
                }
            } catch (InterruptedException stop) {
                closed = true;
            }
        }
    }

    /** One flush for all who wait. */
    private void write(List<Pending> group) {
        try {
            synchronized (files) {
                files.append(group.stream().map(Pending::entry).toList());
                files.notifyAll();
            }
            group.forEach(one -> one.durable().complete(null));
        } catch (IOException | RuntimeException | Error failure) {
            // Also when memory ran out: without this thread nobody would ever be answered again.
            refusesUntil = System.nanoTime() + PAUSE.toNanos();
            LOGGER.atError().addKeyValue("cause", failure.toString()).log("spool cannot be written");
            synchronized (files) {
                files.abandon();
            }
            for (Pending one : group) {
                bytes.addAndGet(-SpoolSegment.HEAD - one.entry().length);
                waiting.decrementAndGet();
                one.durable().completeExceptionally(failure);
            }
        }
    }

    /**
     * The oldest entries, which stay until they are {@linkplain #remove removed}.
     *
     * @param most entries; there are fewer where a file ends, or where they are large
     * @param millis to wait for the first one; 0 asks only what is there
     * @return empty when there are none within the time
     */
    Portion peek(int most, long millis) throws IOException, InterruptedException {
        synchronized (files) {
            Portion portion = files.peek(most, GROUP_BYTES);
            if (portion.isEmpty() && millis > 0 && !closed) {
                files.wait(millis);
                portion = files.peek(most, GROUP_BYTES);
            }
            return portion;
        }
    }

    /** Forgets the oldest entries. */
    void remove(Portion portion) {
        synchronized (files) {
            files.remove(portion);
        }
    }

    /** Keeps an entry that no waiting brings to the topic, where it is in nobody's way. Returns when it is on the disk. */
    void setAside(byte[] entry) throws IOException {
        synchronized (files) {
            files.setAside(entry);
        }
    }

    /** Files with what was damaged or refused, for somebody to look at. */
    long keptAside() throws IOException {
        synchronized (files) {
            return files.keptAside();
        }
    }

    /** Entries that were handed over and not removed, on the disk already or not. */
    long waiting() {
        return waiting.get();
    }

    long bytes() {
        return bytes.get();
    }

    long maxBytes() {
        return maxBytes;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        try {
            writer.join();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        synchronized (files) {
            files.close();
        }
    }
}
