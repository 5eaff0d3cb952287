package io.alluvium.emitter.enginelog;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@link LogTable#RECORDING_CONFIG}: a recording, from its start to its purge. What is not set is NULL. Not thread-safe, and no longer to be
 * changed once it is logged.
 */
public final class RecordingConfig {

    final LogEntry entry = new LogEntry(LogTable.RECORDING_CONFIG);

    public RecordingConfig recordingId(long recordingId) {
        entry.set(0, recordingId);
        return this;
    }

    public RecordingConfig dtRecordingStart(@Nullable Instant dtRecordingStart) {
        entry.set(1, dtRecordingStart);
        return this;
    }

    public RecordingConfig composePlayOrPractice(@Nullable String composePlayOrPractice) {
        entry.set(2, composePlayOrPractice);
        return this;
    }

    public RecordingConfig audioStreamFileName(@Nullable String audioStreamFileName) {
        entry.set(3, audioStreamFileName);
        return this;
    }

    public RecordingConfig composeYnRunFft(@Nullable String composeYnRunFft) {
        entry.set(4, composeYnRunFft);
        return this;
    }

    public RecordingConfig dtAdded(@Nullable Instant dtAdded) {
        entry.set(5, dtAdded);
        return this;
    }

    public RecordingConfig websocketConnectionId(int websocketConnectionId) {
        entry.set(6, websocketConnectionId);
        return this;
    }

    public RecordingConfig dtRecordingEnd(@Nullable Instant dtRecordingEnd) {
        entry.set(7, dtRecordingEnd);
        return this;
    }

    public RecordingConfig dtRecordingDataPurged(@Nullable Instant dtRecordingDataPurged) {
        entry.set(8, dtRecordingDataPurged);
        return this;
    }

    public RecordingConfig dtRecordingDataQueuedForPurging(@Nullable Instant dtRecordingDataQueuedForPurging) {
        entry.set(9, dtRecordingDataQueuedForPurging);
        return this;
    }

    public RecordingConfig dtProcessWebsocketStartMessageDone(@Nullable Instant dtProcessWebsocketStartMessageDone) {
        entry.set(10, dtProcessWebsocketStartMessageDone);
        return this;
    }

    public RecordingConfig maxPreSplitAudioFrameNoSplit(int maxPreSplitAudioFrameNoSplit) {
        entry.set(11, maxPreSplitAudioFrameNoSplit);
        return this;
    }

    public RecordingConfig totalBytesReceived(long totalBytesReceived) {
        entry.set(12, totalBytesReceived);
        return this;
    }

    public RecordingConfig totalSplit100MsFramesProduced(int totalSplit100MsFramesProduced) {
        entry.set(13, totalSplit100MsFramesProduced);
        return this;
    }

    public RecordingConfig split100MsFrameCounter(int split100MsFrameCounter) {
        entry.set(14, split100MsFrameCounter);
        return this;
    }

    public RecordingConfig lastSplit100MsFrameTime(@Nullable Instant lastSplit100MsFrameTime) {
        entry.set(15, lastSplit100MsFrameTime);
        return this;
    }
}
