package io.alluvium.emitter.enginelog;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@link LogTable#PROCESS_REGISTRY}: a sign of life of a process. What is not set is NULL. Not thread-safe, and no longer to be
 * changed once it is logged.
 */
public final class ProcessHeartbeat {

    final LogEntry entry = new LogEntry(LogTable.PROCESS_REGISTRY);

    public ProcessHeartbeat processId(int processId) {
        entry.set(0, processId);
        return this;
    }

    public ProcessHeartbeat startTime(@Nullable Instant startTime) {
        entry.set(1, startTime);
        return this;
    }

    public ProcessHeartbeat lastHeartbeat(@Nullable Instant lastHeartbeat) {
        entry.set(2, lastHeartbeat);
        return this;
    }

    public ProcessHeartbeat activeTasks(@Nullable String activeTasks) {
        entry.set(3, activeTasks);
        return this;
    }

    public ProcessHeartbeat databaseConnections(int databaseConnections) {
        entry.set(4, databaseConnections);
        return this;
    }

    public ProcessHeartbeat memoryUsageMb(double memoryUsageMb) {
        entry.set(5, memoryUsageMb);
        return this;
    }

    public ProcessHeartbeat cpuPercent(double cpuPercent) {
        entry.set(6, cpuPercent);
        return this;
    }

    public ProcessHeartbeat dtAdded(@Nullable Instant dtAdded) {
        entry.set(7, dtAdded);
        return this;
    }
}
