package io.alluvium.emitter.enginelog;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@link LogTable#STEPS}: a step within a function. What is not set is NULL. Not thread-safe, and no longer to be
 * changed once it is logged.
 */
public final class Step {

    final LogEntry entry = new LogEntry(LogTable.STEPS);

    public Step dtAdded(@Nullable Instant dtAdded) {
        entry.set(0, dtAdded);
        return this;
    }

    public Step stepName(@Nullable String stepName) {
        entry.set(1, stepName);
        return this;
    }

    public Step pythonFunctionName(@Nullable String pythonFunctionName) {
        entry.set(2, pythonFunctionName);
        return this;
    }

    public Step pythonFileName(@Nullable String pythonFileName) {
        entry.set(3, pythonFileName);
        return this;
    }

    public Step recordingId(long recordingId) {
        entry.set(4, recordingId);
        return this;
    }

    public Step audioChunkNo(int audioChunkNo) {
        entry.set(5, audioChunkNo);
        return this;
    }

    public Step frameNo(int frameNo) {
        entry.set(6, frameNo);
        return this;
    }

    public Step dtStepCalled(@Nullable Instant dtStepCalled) {
        entry.set(7, dtStepCalled);
        return this;
    }

    public Step stepId(int stepId) {
        entry.set(8, stepId);
        return this;
    }
}
