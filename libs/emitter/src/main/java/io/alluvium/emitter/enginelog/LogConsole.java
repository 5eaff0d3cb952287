package io.alluvium.emitter.enginelog;

import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The last resort: one line for a row that nothing else took, {@code TABLE - why {row}}, in ASCII, so that every console
 * shows it. A few lines a second; how many more there would have been is said in the next one. Thread-safe.
 */
final class LogConsole {

    private static final int LINES_A_SECOND = 10;
    private static final int MOST_CHARACTERS = 2_000;

    private final Consumer<String> out;
    private final LongSupplier nanos;
    private long second;
    private int lines;
    private long untold;

    LogConsole(Consumer<String> out, LongSupplier nanos) {
        this.out = out;
        this.nanos = nanos;
        this.second = nanos.getAsLong();
    }

    synchronized void row(LogEntry entry, String why) {
        if (mayPrint()) {
            print(entry.table.sqlName().toUpperCase(Locale.ROOT) + " - " + why + ' ' + LogJson.shown(entry));
        }
    }

    synchronized void say(String what) {
        if (mayPrint()) {
            print("ENGINE_LOG - " + what);
        }
    }

    private boolean mayPrint() {
        long now = nanos.getAsLong();
        if (now - second >= 1_000_000_000L) {
            second = now;
            lines = 0;
        }
        if (lines++ < LINES_A_SECOND) {
            return true;
        }
        untold++;
        return false;
    }

    private void print(String line) {
        String more = untold == 0 ? "" : "(" + untold + " lines not shown) ";
        untold = 0;
        try {
            out.accept(more + ascii(line));
        } catch (RuntimeException broken) {
            // There is nothing left to tell it to.
        }
    }

    private static String ascii(String line) {
        StringBuilder ascii = new StringBuilder(Math.min(line.length(), MOST_CHARACTERS));
        for (int i = 0; i < line.length() && i < MOST_CHARACTERS; i++) {
            char c = line.charAt(i);
            ascii.append(c >= ' ' && c < 127 ? c : '?');
        }
        return ascii.toString();
    }
}
