package io.alluvium.audit.calculation;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** All that is logged while it is open: messages, their parameters, and stack traces. */
final class Logged extends Handler implements AutoCloseable {

    private final StringWriter text = new StringWriter();
    private final PrintWriter out = new PrintWriter(text);

    Logged() {
        Logger.getLogger("").addHandler(this);
    }

    @Override
    public synchronized void publish(LogRecord entry) {
        out.println(entry.getLoggerName() + " " + entry.getMessage() + " " + Arrays.toString(entry.getParameters()));
        if (entry.getThrown() != null) {
            entry.getThrown().printStackTrace(out);
        }
    }

    synchronized String text() {
        return text.toString();
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        Logger.getLogger("").removeHandler(this);
    }
}
