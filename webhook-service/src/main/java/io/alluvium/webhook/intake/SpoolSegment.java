package io.alluvium.webhook.intake;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** One file of the spool: entries one after the other, each with its length and checksum before it. Not thread-safe. */
final class SpoolSegment implements AutoCloseable {

    /** Bytes before each entry. */
    static final int HEAD = 8;

    /** Of one entry. What is read is what may be written: an entry that cannot be read back is no promise. */
    static final int MAX_ENTRY = 32 << 20;

    final Path path;
    private final FileChannel channel;
    private long length;
    private long readTo;
    private long unread;

    private SpoolSegment(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    static SpoolSegment create(Path path) throws IOException {
        return new SpoolSegment(
                path,
                FileChannel.open(
                        path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    /** Opens a file that is there, all of it, whether its entries are whole or not. */
    static SpoolSegment open(Path path) throws IOException {
        SpoolSegment segment =
                new SpoolSegment(path, FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
        segment.length = segment.channel.size();
        return segment;
    }

    /** Counts the whole entries, as those that are to be read. */
    long countEntries() throws IOException {
        long entries = 0;
        for (long at = nextWhole(0); at < length; at = nextWhole(at + sizeAt(at))) {
            entries++;
        }
        unread = entries;
        return entries;
    }

    /** Where whole entries without a gap end that begin there. */
    long endOfWhole(long from) throws IOException {
        long at = from;
        while (at < length && entryAt(at) != null) {
            at += sizeAt(at);
        }
        return at;
    }

    /** Where the next whole entry begins, there or behind; the length of the file when there is none. */
    long nextWhole(long from) throws IOException {
        if (from >= length || entryAt(from) != null) {
            return Math.min(from, length);
        }
        // Its head may be what is damaged. Nearly every other place has no length that can be right.
        ByteBuffer rest = read(from, (int) (length - from));
        for (int at = 1; at + HEAD < rest.limit(); at++) {
            int size = rest.getInt(at);
            if (isPossible(size, rest.limit() - at) && entryAt(from + at) != null) {
                return from + at;
            }
        }
        return length;
    }

    /** With its head. */
    private long sizeAt(long position) throws IOException {
        return HEAD + (long) read(position, HEAD).getInt();
    }

    /** No entry is empty: after a power cut a file may end in zeros, whose checksum would be right. */
    private static boolean isPossible(int size, long room) {
        return size > 0 && size <= MAX_ENTRY && HEAD + (long) size <= room;
    }

    /** @return the entry that begins there, null when it is not whole */
    byte @Nullable [] entryAt(long position) throws IOException {
        if (position + HEAD > length) {
            return null;
        }
        ByteBuffer head = read(position, HEAD);
        int size = head.getInt();
        if (!isPossible(size, length - position)) {
            return null;
        }
        byte[] entry = read(position + HEAD, size).array();
        return checksum(entry) == head.getInt() ? entry : null;
    }

    private ByteBuffer read(long at, int size) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(size);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, at + buffer.position()) < 0) {
                throw new IOException("the file of the spool is shorter than it was");
            }
        }
        return buffer.flip();
    }

    /** Returns when all entries are on the disk. When it fails, none of them counts. */
    void append(List<byte[]> entries) throws IOException {
        int bytes = entries.stream().mapToInt(entry -> HEAD + entry.length).sum();
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        for (byte[] entry : entries) {
            buffer.putInt(entry.length).putInt(checksum(entry)).put(entry);
        }
        buffer.flip();
        long at = length;
        while (buffer.hasRemaining()) {
            at += channel.write(buffer, at);
        }
        channel.force(false);
        length = at;
        unread += entries.size();
    }

    private static int checksum(byte[] entry) {
        CRC32C crc = new CRC32C();
        crc.update(entry, 0, entry.length);
        return (int) crc.getValue();
    }

    /** Cuts what an append that failed may have left behind. */
    void cut() throws IOException {
        cut(length);
    }

    void cut(long to) throws IOException {
        channel.truncate(to);
        channel.force(true);
        length = to;
    }

    /** Keeps a part for somebody to look at. Returns when it is on the disk. */
    void copy(long from, long to, Path target) throws IOException {
        try (FileChannel copy = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long at = from; at < to; ) {
                at += channel.transferTo(at, to - at, copy);
            }
            copy.force(true);
        } catch (IOException failure) {
            Files.deleteIfExists(target); // it will be tried again
            throw failure;
        }
    }

    long length() {
        return length;
    }

    /** Where the first entry begins that nobody has taken. */
    long position() {
        return readTo;
    }

    void take(long to, int entries) {
        readTo = to;
        unread -= entries;
    }

    /** Entries that nobody has taken; when all is read, those that nobody can take any more. */
    long unread() {
        return unread;
    }

    boolean isReadToTheEnd() {
        return readTo == length;
    }

    void delete() throws IOException {
        channel.close();
        Files.deleteIfExists(path);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
