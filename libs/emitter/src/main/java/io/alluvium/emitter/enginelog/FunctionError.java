package io.alluvium.emitter.enginelog;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@link LogTable#FUNCTION_ERROR}: an error with its traceback. What is not set is NULL. Not thread-safe, and no longer to be
 * changed once it is logged.
 */
public final class FunctionError {

    final LogEntry entry = new LogEntry(LogTable.FUNCTION_ERROR);

    public FunctionError dtAdded(@Nullable Instant dtAdded) {
        entry.set(0, dtAdded);
        return this;
    }

    public FunctionError pythonFunctionName(@Nullable String pythonFunctionName) {
        entry.set(1, pythonFunctionName);
        return this;
    }

    public FunctionError pythonFileName(@Nullable String pythonFileName) {
        entry.set(2, pythonFileName);
        return this;
    }

    public FunctionError errorMessageText(@Nullable String errorMessageText) {
        entry.set(3, errorMessageText);
        return this;
    }

    public FunctionError tracebackText(@Nullable String tracebackText) {
        entry.set(4, tracebackText);
        return this;
    }

    public FunctionError recordingId(long recordingId) {
        entry.set(5, recordingId);
        return this;
    }

    public FunctionError audioFrameNo(int audioFrameNo) {
        entry.set(6, audioFrameNo);
        return this;
    }

    public FunctionError audioChunkNo(int audioChunkNo) {
        entry.set(7, audioChunkNo);
        return this;
    }

    public FunctionError startMs(int startMs) {
        entry.set(8, startMs);
        return this;
    }

    public FunctionError endMs(int endMs) {
        entry.set(9, endMs);
        return this;
    }
}
