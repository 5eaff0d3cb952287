package io.alluvium.localstack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Remembers a child process in a file, so that the next run can end it if this one is killed. Not thread-safe. */
final class Leftover {

    private static final int SECONDS = 20;

    private final Path file;

    Leftover(Path file) {
        this.file = file;
    }

    void remember(ProcessHandle child) throws IOException {
        Files.writeString(file, child.pid() + " " + startOf(child));
    }

    void forget() throws IOException {
        Files.deleteIfExists(file);
    }

    /** Ends the remembered process if it still runs; another process that has its number by now is left alone. */
    void end() {
        try {
            Optional<ProcessHandle> alive = alive();
            if (alive.isPresent()) {
                end(alive.get());
            }
            forget();
        } catch (IOException failure) {
            throw new LocalStackException("cannot read " + file + ": " + failure, failure);
        }
    }

    private Optional<ProcessHandle> alive() throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String remembered = Files.readString(file);
        long pid = Long.parseLong(remembered.substring(0, remembered.indexOf(' ')));
        return ProcessHandle.of(pid).filter(process -> remembered.equals(process.pid() + " " + startOf(process)));
    }

    private static void end(ProcessHandle process) {
        process.destroy();
        try {
            process.onExit().get(SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException stuck) {
            process.destroyForcibly();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Instant startOf(ProcessHandle process) {
        return process.info().startInstant().orElse(Instant.EPOCH);
    }
}
