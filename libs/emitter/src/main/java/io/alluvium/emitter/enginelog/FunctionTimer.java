package io.alluvium.emitter.enginelog;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One call of a function: has logged its start, logs its end when closed. Not thread-safe. */
public final class FunctionTimer implements AutoCloseable {

    private static final int MOST_MESSAGE = 500;

    private final EngineLog log;
    private final String function;
    private final String file;
    private final @Nullable Long recordingId;
    private final long start = System.nanoTime();
    private @Nullable Throwable failure;

    FunctionTimer(EngineLog log, String function, String file, @Nullable Long recordingId) {
        this.log = log;
        this.function = function;
        this.file = file;
        this.recordingId = recordingId;
        log("Start");
    }

    /** The call ends with this: an error is logged instead of an end. */
    public void failed(Throwable cause) {
        failure = cause;
    }

    @Override
    public void close() {
        Throwable cause = failure;
        log(cause == null ? end(System.nanoTime() - start) : error(cause));
    }

    private static String end(long nanos) {
        long millis = (nanos + 500_000) / 1_000_000;
        return "End (" + millis / 1000 + '.' + String.format(Locale.ROOT, "%03d", millis % 1000) + "s)";
    }

    private static String error(Throwable cause) {
        return "Error: " + cause.getClass().getSimpleName() + ": " + message(cause);
    }

    // The engine's own class, which may do anything here.
    private static String message(Throwable cause) {
        try {
            String message = String.valueOf(cause.getMessage());
            return message.length() > MOST_MESSAGE ? message.substring(0, MOST_MESSAGE) : message;
        } catch (RuntimeException strange) {
            return "its message cannot be read";
        }
    }

    private void log(String message) {
        FunctionExecution row = new FunctionExecution()
                .pythonFunctionName(function)
                .pythonFileName(file)
                .startStopOrErrorMsg(message);
        if (recordingId != null) {
            row.recordingId(recordingId);
        }
        log.logFunctionExecution(row);
    }
}
