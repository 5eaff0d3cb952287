package io.alluvium.localstack;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Says what is being waited for, and how long it took. On a terminal the seconds count up meanwhile. Thread-safe. */
final class Progress {

    private static final String ERASE_LINE = "\r\033[K";

    private final PrintStream out;
    private final boolean terminal;

    Progress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    synchronized void say(String line) {
        out.println(terminal ? ERASE_LINE + line : line);
    }

    /** Runs the work; on a terminal, the seconds count up meanwhile. */
    <T> T during(String label, Supplier<T> work) {
        long began = System.nanoTime();
        CountDownLatch done = new CountDownLatch(1);
        Thread clock = new Thread(() -> countUp(label, began, done), "progress");
        clock.setDaemon(true);
        if (terminal) {
            clock.start();
        }
        try {
            return work.get();
        } finally {
            end(done, clock);
        }
    }

    /** One line for a part that takes requests from now on. */
    void ready(String part, Duration took, String where) {
        say(String.format(Locale.ROOT, "  %-14s ready in %5.1f s   %s", part, took.toMillis() / 1e3, where));
    }

    private void countUp(String label, long began, CountDownLatch done) {
        try {
            while (!done.await(200, TimeUnit.MILLISECONDS)) {
                show(String.format(Locale.ROOT, "  %-14s starting %5.1f s", label, secondsSince(began)));
            }
            show("");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void show(String unfinished) {
        out.print(ERASE_LINE + unfinished);
        out.flush();
    }

    private static void end(CountDownLatch done, Thread clock) {
        done.countDown();
        try {
            clock.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    static double secondsSince(long began) {
        return (System.nanoTime() - began) / 1e9;
    }
}
