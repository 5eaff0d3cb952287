package io.alluvium.webhook.intake;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The files of a {@link Spool}, oldest first. Not thread-safe. */
final class SpoolFiles implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(SpoolFiles.class);

    /** The oldest entries of a file, and where in it they end. */
    record Portion(List<byte[]> entries, long end) {

        static final Portion EMPTY = new Portion(List.of(), 0);

        boolean isEmpty() {
            return entries.isEmpty();
        }
    }

    private final SpoolDirectory directory;
    private final long segmentBytes;
    private final AtomicLong bytes;
    private final AtomicLong waiting;
    private final Deque<SpoolSegment> segments = new ArrayDeque<>();
    private @Nullable SpoolSegment open;

    /**
     * @param bytes   counts what is on the disk; what is appended the caller has counted already
     * @param waiting counts entries, likewise
     * @throws IOException when the directory cannot be used, or another process has it
     */
    SpoolFiles(Path path, long segmentBytes, AtomicLong bytes, AtomicLong waiting) throws IOException {
        this.directory = SpoolDirectory.open(path);
        this.segmentBytes = segmentBytes;
        this.bytes = bytes;
        this.waiting = waiting;
        for (Path file : directory.segments()) {
            recover(file);
        }
        if (waiting.get() > 0) {
            LOGGER.atInfo()
                    .addKeyValue("entries", waiting.get())
                    .addKeyValue("bytes", bytes.get())
                    .log("webhooks found in the spool");
        }
    }

    /** What is behind the last whole entry was never answered, unless a disk has damaged it: nobody knows, so it is kept. */
    private void recover(Path path) throws IOException {
        SpoolSegment segment = SpoolSegment.open(path);
        long end = segment.endOfWhole(0);
        while (end < segment.length()) {
            long next = segment.nextWhole(end);
            if (next == segment.length()) {
                keep(segment, end, next, Level.INFO, "spool has a torn end, which is cut off and kept aside");
                segment.cut(end);
            } else {
                end = segment.endOfWhole(next);
            }
        }
        long entries = segment.countEntries();
        if (entries == 0) {
            segment.delete();
            return;
        }
        segments.add(segment);
        bytes.addAndGet(segment.length());
        waiting.addAndGet(entries);
    }

    private void keep(SpoolSegment segment, long from, long to, Level level, String message) throws IOException {
        Path copy = directory.next(SpoolDirectory.DAMAGED);
        segment.copy(from, to, copy);
        directory.force();
        LOGGER.atLevel(level)
                .addKeyValue("file", segment.path)
                .addKeyValue("kept", copy.getFileName())
                .addKeyValue("bytes", to - from)
                .log(message);
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
        SpoolSegment next = SpoolSegment.create(directory.next(SpoolDirectory.SEGMENT));
        segments.add(next);
        open = next;
        directory.force(); // the file's name is to survive as well
        return next;
    }

    /** After a failure nobody knows what of the file is on the disk: what comes next goes into another. */
    void abandon() {
        SpoolSegment failed = open;
        open = null;
        if (failed == null) {
            return;
        }
        try {
            if (failed.length() == 0) {
                segments.remove(failed);
                failed.delete();
            } else {
                failed.cut();
            }
        } catch (IOException stillBroken) {
            LOGGER.atDebug().setCause(stillBroken).log("spool file not cut");
        }
    }

    /**
     * The oldest entries of the oldest file, which stay until they are {@linkplain #remove removed}.
     *
     * @param mostBytes about; there is one entry at least
     */
    Portion peek(int most, long mostBytes) throws IOException {
        for (SpoolSegment first = oldest(); first != null; first = oldest()) {
            long start = first.position();
            long at = start;
            List<byte[]> entries = new ArrayList<>();
            while (entries.size() < most && at - start < mostBytes) {
                byte[] entry = first.entryAt(at);
                if (entry == null) {
                    break;
                }
                entries.add(entry);
                at += SpoolSegment.HEAD + entry.length;
            }
            if (!entries.isEmpty()) {
                return new Portion(entries, at);
            }
            long next = first.nextWhole(start);
            keep(first, start, next, Level.ERROR, "spool is damaged; the part is kept aside, and what follows goes on");
            first.take(next, 0);
        }
        return Portion.EMPTY;
    }

    /** The first file that has an entry; those before it that have none any more are deleted. */
    private @Nullable SpoolSegment oldest() {
        SpoolSegment first = segments.peekFirst();
        while (first != null && first.isReadToTheEnd()) {
            if (first == open && first.length() == 0) {
                return null;
            }
            delete(first);
            first = segments.peekFirst();
        }
        return first;
    }

    /** All of it is in the topic, or kept aside. When it cannot be deleted it is published once more after the next start. */
    private void delete(SpoolSegment first) {
        segments.removeFirst();
        open = first == open ? null : open;
        bytes.addAndGet(-first.length());
        waiting.addAndGet(-first.unread());
        try {
            first.delete();
        } catch (IOException failure) {
            LOGGER.atError()
                    .addKeyValue("file", first.path)
                    .addKeyValue("cause", failure.toString())
                    .log("spool file not deleted");
        }
    }

    /** Forgets the oldest entries. Their file goes when all of it is forgotten. */
    void remove(Portion portion) {
        SpoolSegment first = segments.getFirst();
        first.take(portion.end(), portion.entries().size());
        waiting.addAndGet(-portion.entries().size());
        oldest();
    }

    /** Keeps an entry that no waiting brings to the topic, in a file of its own. Returns when it is on the disk. */
    void setAside(byte[] entry) throws IOException {
        try (SpoolSegment own = SpoolSegment.create(directory.next(SpoolDirectory.REFUSED))) {
            own.append(List.of(entry));
            directory.force();
        }
    }

    /** Files with what was damaged or refused, for somebody to look at. */
    long keptAside() throws IOException {
        return directory.keptAside();
    }

    @Override
    public void close() throws IOException {
        for (SpoolSegment segment : segments) {
            segment.close();
        }
        directory.close();
    }
}
