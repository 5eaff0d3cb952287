package io.alluvium.emitter.enginelog;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * That a spill file belongs to one engine. Another one that was given the same name takes the name with {@code .2}, and so
 * on: each drains its own. The lock ends with the process, however that ends.
 */
record SpillLock(Path file, FileChannel channel) implements AutoCloseable {

    private static final int MOST_ENGINES = 16;

    /** @return null when no file can be locked here */
    static @Nullable SpillLock take(Path wanted) {
        try {
            Files.createDirectories(wanted.getParent());
            for (int i = 1; i <= MOST_ENGINES; i++) {
                Path file = i == 1 ? wanted : wanted.resolveSibling(wanted.getFileName() + "." + i);
                SpillLock lock = tryToTake(file);
                if (lock != null) {
                    return lock;
                }
            }
        } catch (IOException refused) {
            // told by the caller
        }
        return null;
    }

    private static @Nullable SpillLock tryToTake(Path file) throws IOException {
        FileChannel channel = FileChannel.open(
                file.resolveSibling(file.getFileName() + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return new SpillLock(file, channel);
            }
        } catch (OverlappingFileLockException sameProcess) {
            // another log of this process has it
        }
        channel.close();
        return null;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException ends) {
            // with the process at the latest
        }
    }
}
