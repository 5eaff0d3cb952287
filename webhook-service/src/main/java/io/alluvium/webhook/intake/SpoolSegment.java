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

    /** An entry is a request and what is said about each of its records: no larger than this. */
    private static final int MAX_ENTRY = 64 << 20;

    final Path path;
    private final FileChannel channel;
    private long length;
    private long readTo;

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

    /** Opens a file that is there; entries are counted up to the first that is not whole. */
    static SpoolSegment open(Path path) throws IOException {
        return new SpoolSegment(path, FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    /**
     * Looks through all entries.
     *
     * @return how many there are
     */
    int recover() throws IOException {
        long end = channel.size();
        length = end;
        int entries = 0;
        while (next() != null) {
            entries++;
        }
        length = readTo;
        readTo = 0;
        return entries;
    }

    /** What is behind the last whole entry, as after a process that was killed while it wrote. */
    long tornBytes() throws IOException {
        return channel.size() - length;
    }

    void cutTornBytes() throws IOException {
        channel.truncate(length);
        channel.force(true);
    }

    /** Keeps what is about to be cut for somebody to look at. */
    void copyTornBytes(Path to) throws IOException {
        try (FileChannel copy = FileChannel.open(to, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.transferTo(length, tornBytes(), copy);
        }
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
    }

    /** @return the next entry that is whole, null when there is none */
    byte @Nullable [] next() throws IOException {
        if (readTo + HEAD > length) {
            return null;
        }
        ByteBuffer head = read(readTo, HEAD);
        int size = head.getInt();
        int checksum = head.getInt();
        // No entry is empty: after a power cut a file may end in zeros, whose checksum would be right.
        if (size <= 0 || size > MAX_ENTRY || readTo + HEAD + size > length) {
            return null;
        }
        byte[] entry = read(readTo + HEAD, size).array();
        if (checksum(entry) != checksum) {
            return null;
        }
        readTo += HEAD + size;
        return entry;
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

    private static int checksum(byte[] entry) {
        CRC32C crc = new CRC32C();
        crc.update(entry, 0, entry.length);
        return (int) crc.getValue();
    }

    long length() {
        return length;
    }

    boolean isReadToTheEnd() {
        return readTo == length;
    }

    /** Reads on from there; for one who had to give back what was read. */
    void readFrom(long position) {
        readTo = position;
    }

    long position() {
        return readTo;
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
