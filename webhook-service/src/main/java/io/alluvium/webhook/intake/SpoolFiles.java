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
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directory of a {@link Spool}: its files, oldest first, and the lock that keeps other processes out. Not thread-safe. */
final class SpoolFiles implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(SpoolFiles.class);
    private static final String SUFFIX = ".spool";

    private final Path directory;
    private final long segmentBytes;
    private final AtomicLong bytes;
    private final FileChannel lockFile;
    private final Deque<SpoolSegment> segments = new ArrayDeque<>();
    private @Nullable SpoolSegment open;
    private long lastNumber;
    private long found;

    /**
     * @param bytes counts what is on the disk; what is appended the caller has counted already
     * @throws IOException when the directory cannot be used, or another process has it
     */
    SpoolFiles(Path directory, long segmentBytes, AtomicLong bytes) throws IOException {
        this.directory = directory;
        this.segmentBytes = segmentBytes;
        this.bytes = bytes;
        Files.createDirectories(directory);
        this.lockFile = lock(directory);
        recover();
    }

    /** Entries that were there when the directory was opened. */
    long found() {
        return found;
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
        if (found > 0) {
            LOGGER.atInfo()
                    .addKeyValue("entries", found)
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
        found += entries;
        if (entries == 0) {
            segment.delete();
        } else {
            segments.add(segment);
        }
    }

    /** Returns when all entries are on the disk. When it fails, none of them counts, and {@link #abandon} is due. */
    void append(List<byte[]> entries) throws IOException {
        segment().append(entries);
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
    void abandon() {
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

    /**
     * The oldest entries of the oldest file, which stay until they are {@linkplain #remove removed}.
     *
     * @param mostBytes about; there is one entry at least
     */
    List<byte[]> peek(int most, long mostBytes) throws IOException {
        SpoolSegment first = oldest();
        List<byte[]> entries = new ArrayList<>();
        if (first == null) {
            return entries;
        }
        long start = first.position();
        while (entries.size() < most && first.position() - start < mostBytes) {
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
        SpoolSegment first = segments.getFirst();
        for (int i = 0; i < entries; i++) {
            first.next();
        }
        if (first.isReadToTheEnd()) {
            open = first == open ? null : open;
            delete(first);
        }
    }

    @Override
    public void close() throws IOException {
        for (SpoolSegment segment : segments) {
            segment.close();
        }
        lockFile.close();
    }
}
