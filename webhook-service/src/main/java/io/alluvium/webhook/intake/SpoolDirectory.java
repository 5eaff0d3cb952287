package io.alluvium.webhook.intake;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directory of a spool: the names of its files, and the lock that keeps other processes out. Not thread-safe. */
final class SpoolDirectory implements AutoCloseable {

    static final String SEGMENT = ".spool";

    /** What a disk has damaged, or what was torn. */
    static final String DAMAGED = ".damaged";

    /** What no waiting brings to the topic. Renamed to {@link #SEGMENT} it is tried again on the next start. */
    static final String REFUSED = ".refused";

    private static final Logger LOGGER = LoggerFactory.getLogger(SpoolDirectory.class);

    /** Others that somebody has put here are none of ours. */
    private static final Pattern NUMBERED = Pattern.compile("[0-9]{12}\\.[a-z]+");

    private final Path path;
    private final FileChannel lock;
    private long lastNumber;

    private SpoolDirectory(Path path, FileChannel lock) throws IOException {
        this.path = path;
        this.lock = lock;
        try (Stream<Path> all = Files.list(path)) {
            this.lastNumber = all.map(file -> file.getFileName().toString())
                    .filter(name -> NUMBERED.matcher(name).matches())
                    .mapToLong(name -> Long.parseLong(name.substring(0, 12)))
                    .max()
                    .orElse(0);
        }
    }

    /** @throws IOException when it cannot be used, or another process has it */
    static SpoolDirectory open(Path path) throws IOException {
        if (Files.notExists(path)) {
            create(path.toAbsolutePath());
        }
        FileChannel channel =
                FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException ofThisProcess) {
            LOGGER.atDebug().addKeyValue("directory", path).log("spool locked by this process");
        }
        if (lock == null) {
            channel.close();
            throw new IOException("another process uses it; each needs a directory of its own");
        }
        return new SpoolDirectory(path, channel);
    }

    /** For nobody else to read: there are people's data in webhooks. */
    private static void create(Path path) throws IOException {
        Files.createDirectories(path);
        if (Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS) != null) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
        }
        Path parent = path.getParent();
        if (parent != null) {
            force(parent);
        }
    }

    /** Oldest first. */
    List<Path> segments() throws IOException {
        return files(SEGMENT);
    }

    long keptAside() throws IOException {
        return files(DAMAGED).size() + (long) files(REFUSED).size();
    }

    private List<Path> files(String suffix) throws IOException {
        try (Stream<Path> all = Files.list(path)) {
            return all.filter(file ->
                            NUMBERED.matcher(file.getFileName().toString()).matches()
                                    && file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    /** The name of a file that is not there yet, behind all others. */
    Path next(String suffix) {
        return path.resolve(String.format("%012d%s", ++lastNumber, suffix));
    }

    /** Returns when the names of the files are on the disk. */
    void force() throws IOException {
        force(path);
    }

    private static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
