package io.alluvium.emitter.enginelog;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@link LogTable#RESOURCE_MONITOR}: what the machine had to give at a moment. What is not set is NULL. Not thread-safe, and no longer to be
 * changed once it is logged.
 */
public final class ResourceMeasurement {

    final LogEntry entry = new LogEntry(LogTable.RESOURCE_MONITOR);

    public ResourceMeasurement dtMeasurement(@Nullable Instant dtMeasurement) {
        entry.set(0, dtMeasurement);
        return this;
    }

    public ResourceMeasurement cpuPercent(double cpuPercent) {
        entry.set(1, cpuPercent);
        return this;
    }

    public ResourceMeasurement memoryPercent(double memoryPercent) {
        entry.set(2, memoryPercent);
        return this;
    }

    public ResourceMeasurement diskIoTotalBytes(long diskIoTotalBytes) {
        entry.set(3, diskIoTotalBytes);
        return this;
    }

    public ResourceMeasurement threadCount(int threadCount) {
        entry.set(4, threadCount);
        return this;
    }

    public ResourceMeasurement memoryAvailableGb(double memoryAvailableGb) {
        entry.set(5, memoryAvailableGb);
        return this;
    }

    public ResourceMeasurement dtAdded(@Nullable Instant dtAdded) {
        entry.set(6, dtAdded);
        return this;
    }
}
