package io.alluvium.webhook.intake;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entries in the order in which they came, on a disk, bounded, until somebody takes them. Belongs to one process: a second
 * one is refused. What was appended is there after any crash; what was taken but not yet in a file that is deleted, comes
 * again. Thread-safe; there is one that takes.
 */
final class Spool implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Spool.class);
    private static final String SUFFIX = ".spool";

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

    private final Path directory;
    private final long maxBytes;
    private final long segmentBytes;
    private final FileChannel lockFile;
    private final BlockingQueue<Pending> pending = new LinkedBlockingQueue<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong pendingBytes = new AtomicLong();
    private final AtomicLong waiting = new AtomicLong();
    private final Thread writer = new Thread(this::write, "webhook-spool-writer");

    /** Guards the files; held during input and output, so by no event loop. */
    private final Object files = new Object();

    private final Deque<SpoolSegment> segments = new ArrayDeque<>();
    private @Nullable SpoolSegment open;
    private long lastNumber;
    private volatile boolean closed;

    /** @throws IOException when the directory cannot be used, or another process has it */
    Spool(Path directory, long maxBytes, long segmentBytes) throws IOException {
        this.directory = directory;
        this.maxBytes = maxBytes;
        this.segmentBytes = segmentBytes;
        Files.createDirectories(directory);
        this.lockFile = lock(directory);
        recover();
        writer.setDaemon(true);
        writer.start();
    }

    private static FileChannel lock(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException ofThisProcess) {
            LOGGER.atDebug().addKeyValue("directory", directory).log("spool locked by this process");
        }
        if (lock == null) {
            channel.close();
            throw new IOException("another process uses it; each needs a directory of its own");
        }
        return channel;
    }

    private void recover() throws IOException {
        List<Path> paths;
        try (Stream<Path> all = Files.list(directory)) {
            paths = all.filter(path -> path.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        }
        for (int i = 0; i < paths.size(); i++) {
            recover(paths.get(i), i == paths.size() - 1);
        }
        if (waiting.get() > 0) {
            LOGGER.atInfo()
                    .addKeyValue("entries", waiting.get())
                    .addKeyValue("bytes", bytes.get())
                    .log("webhooks found in the spool");
        }
    }

    private void recover(Path path, boolean last) throws IOException {
        SpoolSegment segment = SpoolSegment.open(path);
        int entries = segment.recover();
        long torn = segment.tornBytes();
        if (torn > 0) {
            if (!last) {
                // A file that others follow was whole once: this is no process that was killed, but a disk.
                segment.copyTornBytes(path.resolveSibling(path.getFileName() + ".damaged"));
            }
            LOGGER.atLevel(last ? org.slf4j.event.Level.INFO : org.slf4j.event.Level.ERROR)
                    .addKeyValue("file", path)
                    .addKeyValue("bytes", torn)
                    .log(last ? "entry cut off that was never answered" : "spool damaged, the rest is kept aside");
            segment.cutTornBytes();
        }
        String name = path.getFileName().toString();
        lastNumber = Math.max(lastNumber, Long.parseLong(name.substring(0, name.length() - SUFFIX.length())));
        bytes.addAndGet(segment.length());
        waiting.addAndGet(entries);
        if (entries == 0) {
            segment.delete();
        } else {
            segments.add(segment);
        }
    }

    /**
     * Never blocks.
     *
     * @param entry not empty
     * @return completes when the entry is on the disk; fails with {@link Full}, or with what the disk says
     */
    CompletionStage<Void> append(byte[] entry) {
        long size = SpoolSegment.HEAD + (long) entry.length;
        if (closed) {
            return CompletableFuture.failedFuture(new IOException("the spool is closed"));
        }
        if (bytes.addAndGet(size) > maxBytes || pendingBytes.get() > MAX_PENDING) {
            bytes.addAndGet(-size);
            return CompletableFuture.failedFuture(new Full());
        }
        pendingBytes.addAndGet(size);
        waiting.incrementAndGet();
        Pending one = new Pending(entry, new CompletableFuture<>());
        pending.add(one);
        return one.durable();
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
                segment().append(group.stream().map(Pending::entry).toList());
                files.notifyAll();
            }
            group.forEach(one -> one.durable().complete(null));
        } catch (IOException | RuntimeException failure) {
            LOGGER.atError().addKeyValue("cause", failure.toString()).log("spool cannot be written");
            abandonSegment();
            for (Pending one : group) {
                bytes.addAndGet(-SpoolSegment.HEAD - one.entry().length);
                waiting.decrementAndGet();
                one.durable().completeExceptionally(failure);
            }
        }
    }

    private SpoolSegment segment() throws IOException {
        SpoolSegment present = open;
        if (present != null && present.length() < segmentBytes) {
            return present;
        }
        SpoolSegment next = SpoolSegment.create(directory.resolve(String.format("%012d%s", ++lastNumber, SUFFIX)));
        try (FileChannel folder = FileChannel.open(directory, StandardOpenOption.READ)) {
            folder.force(true); // the file's name is to survive as well
        }
        segments.add(next);
        open = next;
        return next;
    }

    /** After a failure nobody knows what of the file is on the disk: what comes next goes into another. */
    private void abandonSegment() {
        synchronized (files) {
            SpoolSegment failed = open;
            open = null;
            if (failed != null) {
                try {
                    failed.cutTornBytes();
                } catch (IOException stillBroken) {
                    LOGGER.atDebug().setCause(stillBroken).log("spool file not cut");
                }
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
    List<byte[]> peek(int most, long millis) throws IOException, InterruptedException {
        synchronized (files) {
            SpoolSegment first = oldest();
            if (first == null && millis > 0) {
                files.wait(millis);
                first = oldest();
            }
            if (first == null) {
                return List.of();
            }
            long start = first.position();
            List<byte[]> entries = new ArrayList<>();
            while (entries.size() < most && first.position() - start < GROUP_BYTES) {
                byte[] entry = first.next();
                if (entry == null) {
                    break;
                }
                entries.add(entry);
            }
            first.readFrom(start);
            if (entries.isEmpty()) {
                throw new IOException(first.path + " is damaged at byte " + start);
            }
            return entries;
        }
    }

    /** The first file that has an entry; those before it that have none any more are deleted. */
    private @Nullable SpoolSegment oldest() throws IOException {
        SpoolSegment first = segments.peekFirst();
        while (first != null && first.isReadToTheEnd()) {
            if (first == open) {
                return null;
            }
            delete(first);
            first = segments.peekFirst();
        }
        return first;
    }

    private void delete(SpoolSegment first) throws IOException {
        segments.removeFirst();
        bytes.addAndGet(-first.length());
        first.delete();
    }

    /** Forgets the oldest entries. Their file goes when all of it is forgotten. */
    void remove(int entries) throws IOException {
        synchronized (files) {
            SpoolSegment first = segments.getFirst();
            for (int i = 0; i < entries; i++) {
                first.next();
            }
            if (first.isReadToTheEnd()) {
                open = first == open ? null : open;
                delete(first);
            }
        }
        waiting.addAndGet(-entries);
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
            for (SpoolSegment segment : segments) {
                segment.close();
            }
            lockFile.close();
        }
    }
}
