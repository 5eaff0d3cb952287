package io.alluvium.localstack;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The directory {@code .local} of the repository: data, logs, and who is using it. One run at a time has it. */
final class RunDirectory implements AutoCloseable {

    private final Path root;
    private final FileChannel lock;

    private RunDirectory(Path root, FileChannel lock) {
        this.root = root;
        this.lock = lock;
    }

    /** @throws LocalStackException if it cannot be written to or another run has it */
    static RunDirectory take(Path root) {
        try {
            Files.createDirectories(root.resolve("logs"));
            FileChannel lock =
                    FileChannel.open(root.resolve("run.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (locked(lock)) {
                return new RunDirectory(root, lock);
            }
            lock.close();
        } catch (IOException unusable) {
            throw new LocalStackException(
                    "cannot write to " + root + " (" + unusable.getClass().getSimpleName()
                            + "): make it writable for you, or remove it",
                    unusable);
        }
        throw new LocalStackException("already running here: stop the other ./run first (Ctrl-C in its terminal)");
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException sameJvm) {
            return false;
        }
    }

    /** Ends what a killed run left behind, so that ports and data are ours. */
    void endLeftovers() {
        LocalPostgres.endLeftover(postgres());
        for (Service service : Service.ALL) {
            leftover(service).end();
        }
    }

    /** Removes the data of earlier runs; their logs are overwritten anyway. */
    void clear() {
        try {
            Directories.delete(kafka());
            Directories.delete(postgres());
            Directories.delete(spool());
        } catch (IOException failure) {
            throw new LocalStackException("cannot remove the data of earlier runs: " + failure, failure);
        }
    }

    Path root() {
        return root;
    }

    Path log(String part) {
        return root.resolve("logs").resolve(part + ".log");
    }

    Path kafka() {
        return root.resolve("kafka");
    }

    Path postgres() {
        return root.resolve("postgres");
    }

    /** Of the webhook-service. */
    Path spool() {
        return root.resolve("webhook-spool");
    }

    Leftover leftover(Service service) {
        return new Leftover(root.resolve(service.name() + ".pid"));
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException failure) {
            throw new LocalStackException("cannot give " + root + " back: " + failure, failure);
        }
    }
}
