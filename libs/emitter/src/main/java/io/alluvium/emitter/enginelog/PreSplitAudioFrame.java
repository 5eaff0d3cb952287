package io.alluvium.emitter.enginelog;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@link LogTable#PRE_SPLIT_AUDIO_FRAME}: an audio frame as it came in. What is not set is NULL. Not thread-safe, and no longer to be
 * changed once it is logged.
 */
public final class PreSplitAudioFrame {

    final LogEntry entry = new LogEntry(LogTable.PRE_SPLIT_AUDIO_FRAME);

    public PreSplitAudioFrame recordingId(long recordingId) {
        entry.set(0, recordingId);
        return this;
    }

    public PreSplitAudioFrame audioFrameNo(int audioFrameNo) {
        entry.set(1, audioFrameNo);
        return this;
    }

    public PreSplitAudioFrame startMs(int startMs) {
        entry.set(2, startMs);
        return this;
    }

    public PreSplitAudioFrame endMs(int endMs) {
        entry.set(3, endMs);
        return this;
    }

    public PreSplitAudioFrame dtFrameReceived(@Nullable Instant dtFrameReceived) {
        entry.set(4, dtFrameReceived);
        return this;
    }

    public PreSplitAudioFrame dtFramePairedWithWebsocketsMetadata(
            @Nullable Instant dtFramePairedWithWebsocketsMetadata) {
        entry.set(5, dtFramePairedWithWebsocketsMetadata);
        return this;
    }

    public PreSplitAudioFrame audioFrameSizeBytes(int audioFrameSizeBytes) {
        entry.set(6, audioFrameSizeBytes);
        return this;
    }

    public PreSplitAudioFrame audioFrameEncoding(@Nullable String audioFrameEncoding) {
        entry.set(7, audioFrameEncoding);
        return this;
    }

    public PreSplitAudioFrame audioFrameSha256Hex(@Nullable String audioFrameSha256Hex) {
        entry.set(8, audioFrameSha256Hex);
        return this;
    }

    public PreSplitAudioFrame websocketConnectionId(int websocketConnectionId) {
        entry.set(9, websocketConnectionId);
        return this;
    }

    public PreSplitAudioFrame preSplitAudioFrameDurationInMs(int preSplitAudioFrameDurationInMs) {
        entry.set(10, preSplitAudioFrameDurationInMs);
        return this;
    }

    public PreSplitAudioFrame dtFrameSplitInto100MsFrames(@Nullable Instant dtFrameSplitInto100MsFrames) {
        entry.set(11, dtFrameSplitInto100MsFrames);
        return this;
    }
}
