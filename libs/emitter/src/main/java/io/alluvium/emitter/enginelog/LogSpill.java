package io.alluvium.emitter.enginelog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The rows that wait for Kafka, in the order they came. Never fails: what it cannot do it says. Belongs to the sender's thread.
 */
final class LogSpill {

    private static final long RETRY_NANOS = 1_000_000_000L;

    private final Path wanted;
    private final long limit;
    private final LogConsole console;
    private final Consumer<LogTable> drops;
    private @Nullable SpillLock lock;
    private @Nullable SpillFile file;
    private long retryAt = System.nanoTime();
    private volatile long spilled;
    private volatile long waiting;

    /** @param drops told of each row that was in the file and cannot be read */
    LogSpill(Path wanted, long limit, LogConsole console, Consumer<LogTable> drops) {
        this.wanted = wanted.toAbsolutePath();
        this.limit = limit;
        this.console = console;
        this.drops = drops;
    }

    /** Opens the file before it is needed, so that going away takes no time. @return whether an earlier run left rows behind */
    boolean reopen() {
        return file() != null && waiting > 0;
    }

    /** @return null when all rows are safe; else why none is */
    @Nullable
    String write(List<LogEntry> entries) {
        String why = tryToWrite(entries);
        // A damaged file was set aside: there is a new one.
        return why != null && file == null && System.nanoTime() >= retryAt ? tryToWrite(entries) : why;
    }

    private @Nullable String tryToWrite(List<LogEntry> entries) {
        SpillFile open = file();
        if (open == null) {
            return "not spilled: " + wanted.getFileName() + " cannot be opened";
        }
        try {
            if (open.bytes() > limit) {
                return "not spilled: " + open.path().getFileName() + " has reached its limit";
            }
            open.write(entries);
            spilled += entries.size();
            waiting = open.waiting();
            return null;
        } catch (SQLException failure) {
            give(open, failure);
            return "not spilled: " + failure.getMessage();
        }
    }

    /** @return the oldest rows, none when there are none or they cannot be read */
    List<LogEntry> oldest(int most) {
        SpillFile open = file();
        if (open == null) {
            return List.of();
        }
        try {
            return open.oldest(most);
        } catch (SQLException failure) {
            give(open, failure);
            return List.of();
        }
    }

    /** Forgets the rows that were last read: Kafka has them. */
    void delete() {
        SpillFile open = file();
        if (open != null) {
            try {
                open.delete();
                waiting = open.waiting();
            } catch (SQLException failure) {
                give(open, failure);
            }
        }
    }

    boolean isEmpty() {
        return waiting == 0;
    }

    private @Nullable SpillFile file() {
        SpillLock own = file == null && System.nanoTime() >= retryAt ? lock() : null;
        if (own != null) {
            try {
                Files.createDirectories(own.file().getParent());
                SpillFile open = SpillFile.open(own.file(), drops);
                file = open;
                waiting = open.waiting();
            } catch (SQLException failure) {
                setAside(own.file(), failure);
            } catch (IOException | RuntimeException | LinkageError failure) {
                retryAt = System.nanoTime() + RETRY_NANOS;
                console.say("spill file cannot be opened: " + failure);
            }
        }
        return file;
    }

    private @Nullable SpillLock lock() {
        if (lock == null) {
            lock = SpillLock.take(wanted);
            if (lock == null) {
                retryAt = System.nanoTime() + RETRY_NANOS;
                console.say("spill file cannot be locked: " + wanted.getFileName());
            }
        }
        return lock;
    }

    private void give(SpillFile open, SQLException failure) {
        if (SpillFile.isFull(failure)) {
            return; // nothing was written, and what is there can still be read
        }
        open.close();
        file = null;
        setAside(open.path(), failure);
    }

    /** A damaged file is kept for whoever can mend it, and a new one begun. */
    private void setAside(Path path, SQLException failure) {
        retryAt = System.nanoTime() + RETRY_NANOS;
        console.say("spill file " + path.getFileName() + ": " + failure.getMessage());
        if (SpillFile.isDamage(failure)) {
            Path aside = path.resolveSibling(path.getFileName() + ".damaged-" + System.currentTimeMillis());
            try {
                Files.move(path, aside);
                Files.deleteIfExists(path.resolveSibling(path.getFileName() + "-wal"));
                Files.deleteIfExists(path.resolveSibling(path.getFileName() + "-shm"));
                console.say("set aside as " + aside.getFileName() + " with up to " + waiting + " rows");
                waiting = 0;
                retryAt = System.nanoTime();
            } catch (IOException stays) {
                console.say("cannot be set aside: " + stays);
            }
        }
    }

    long spilled() {
        return spilled;
    }

    long waiting() {
        return waiting;
    }

    void close() {
        if (file != null) {
            file.close();
            file = null;
        }
        if (lock != null) {
            lock.close();
            lock = null;
        }
        retryAt = Long.MAX_VALUE;
    }
}
