package io.alluvium.emitter.enginelog;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@link LogTable#FUNCTIONS}: a function that starts, ends or fails. What is not set is NULL. Not thread-safe, and no longer to be
 * changed once it is logged.
 */
public final class FunctionExecution {

    final LogEntry entry = new LogEntry(LogTable.FUNCTIONS);

    public FunctionExecution dtAdded(@Nullable Instant dtAdded) {
        entry.set(0, dtAdded);
        return this;
    }

    public FunctionExecution pythonFunctionName(@Nullable String pythonFunctionName) {
        entry.set(1, pythonFunctionName);
        return this;
    }

    public FunctionExecution pythonFileName(@Nullable String pythonFileName) {
        entry.set(2, pythonFileName);
        return this;
    }

    public FunctionExecution recordingId(long recordingId) {
        entry.set(3, recordingId);
        return this;
    }

    public FunctionExecution audioChunkNo(int audioChunkNo) {
        entry.set(4, audioChunkNo);
        return this;
    }

    public FunctionExecution frameNo(int frameNo) {
        entry.set(5, frameNo);
        return this;
    }

    public FunctionExecution startStopOrErrorMsg(@Nullable String startStopOrErrorMsg) {
        entry.set(6, startStopOrErrorMsg);
        return this;
    }

    public FunctionExecution websocketConnectionId(int websocketConnectionId) {
        entry.set(7, websocketConnectionId);
        return this;
    }

    public FunctionExecution dtFunctionMessageQueued(@Nullable Instant dtFunctionMessageQueued) {
        entry.set(8, dtFunctionMessageQueued);
        return this;
    }
}
