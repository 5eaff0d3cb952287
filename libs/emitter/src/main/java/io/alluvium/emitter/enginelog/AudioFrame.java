package io.alluvium.emitter.enginelog;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@link LogTable#SPLIT_100_MS_AUDIO_FRAME}: a frame of 100 ms on its way through the analysers. What is not set is NULL. Not thread-safe, and no longer to be
 * changed once it is logged.
 */
public final class AudioFrame {

    final LogEntry entry = new LogEntry(LogTable.SPLIT_100_MS_AUDIO_FRAME);

    public AudioFrame recordingId(long recordingId) {
        entry.set(0, recordingId);
        return this;
    }

    public AudioFrame audioFrameNo(int audioFrameNo) {
        entry.set(1, audioFrameNo);
        return this;
    }

    public AudioFrame startMs(int startMs) {
        entry.set(2, startMs);
        return this;
    }

    public AudioFrame endMs(int endMs) {
        entry.set(3, endMs);
        return this;
    }

    public AudioFrame ynRunFft(@Nullable String ynRunFft) {
        entry.set(4, ynRunFft);
        return this;
    }

    public AudioFrame ynRunOns(@Nullable String ynRunOns) {
        entry.set(5, ynRunOns);
        return this;
    }

    public AudioFrame ynRunPyin(@Nullable String ynRunPyin) {
        entry.set(6, ynRunPyin);
        return this;
    }

    public AudioFrame ynRunCrepe(@Nullable String ynRunCrepe) {
        entry.set(7, ynRunCrepe);
        return this;
    }

    public AudioFrame dtFrameReceived(@Nullable Instant dtFrameReceived) {
        entry.set(8, dtFrameReceived);
        return this;
    }

    public AudioFrame dtFramePairedWithWebsocketsMetadata(@Nullable Instant dtFramePairedWithWebsocketsMetadata) {
        entry.set(9, dtFramePairedWithWebsocketsMetadata);
        return this;
    }

    public AudioFrame dtFrameDecodedFromBase64ToBytes(@Nullable Instant dtFrameDecodedFromBase64ToBytes) {
        entry.set(10, dtFrameDecodedFromBase64ToBytes);
        return this;
    }

    public AudioFrame dtFrameConvertedToPcm16WithSampleRate44100(
            @Nullable Instant dtFrameConvertedToPcm16WithSampleRate44100) {
        entry.set(11, dtFrameConvertedToPcm16WithSampleRate44100);
        return this;
    }

    public AudioFrame dtFrameAppendedToRawFile(@Nullable Instant dtFrameAppendedToRawFile) {
        entry.set(12, dtFrameAppendedToRawFile);
        return this;
    }

    public AudioFrame dtFrameResampledTo16000(@Nullable Instant dtFrameResampledTo16000) {
        entry.set(13, dtFrameResampledTo16000);
        return this;
    }

    public AudioFrame dtFrameResampled22050(@Nullable Instant dtFrameResampled22050) {
        entry.set(14, dtFrameResampled22050);
        return this;
    }

    public AudioFrame dtProcessingStart(@Nullable Instant dtProcessingStart) {
        entry.set(15, dtProcessingStart);
        return this;
    }

    public AudioFrame dtProcessingEnd(@Nullable Instant dtProcessingEnd) {
        entry.set(16, dtProcessingEnd);
        return this;
    }

    public AudioFrame dtStartFft(@Nullable Instant dtStartFft) {
        entry.set(17, dtStartFft);
        return this;
    }

    public AudioFrame dtEndFft(@Nullable Instant dtEndFft) {
        entry.set(18, dtEndFft);
        return this;
    }

    public AudioFrame dtStartOns(@Nullable Instant dtStartOns) {
        entry.set(19, dtStartOns);
        return this;
    }

    public AudioFrame dtEndOns(@Nullable Instant dtEndOns) {
        entry.set(20, dtEndOns);
        return this;
    }

    public AudioFrame dtStartPyin(@Nullable Instant dtStartPyin) {
        entry.set(21, dtStartPyin);
        return this;
    }

    public AudioFrame dtEndPyin(@Nullable Instant dtEndPyin) {
        entry.set(22, dtEndPyin);
        return this;
    }

    public AudioFrame dtStartCrepe(@Nullable Instant dtStartCrepe) {
        entry.set(23, dtStartCrepe);
        return this;
    }

    public AudioFrame dtEndCrepe(@Nullable Instant dtEndCrepe) {
        entry.set(24, dtEndCrepe);
        return this;
    }

    public AudioFrame dtStartVolume1Ms(@Nullable Instant dtStartVolume1Ms) {
        entry.set(25, dtStartVolume1Ms);
        return this;
    }

    public AudioFrame dtEndVolume1Ms(@Nullable Instant dtEndVolume1Ms) {
        entry.set(26, dtEndVolume1Ms);
        return this;
    }

    public AudioFrame dtStartVolume10Ms(@Nullable Instant dtStartVolume10Ms) {
        entry.set(27, dtStartVolume10Ms);
        return this;
    }

    public AudioFrame dtEndVolume10Ms(@Nullable Instant dtEndVolume10Ms) {
        entry.set(28, dtEndVolume10Ms);
        return this;
    }

    public AudioFrame fftRecordCnt(int fftRecordCnt) {
        entry.set(29, fftRecordCnt);
        return this;
    }

    public AudioFrame onsRecordCnt(int onsRecordCnt) {
        entry.set(30, onsRecordCnt);
        return this;
    }

    public AudioFrame pyinRecordCnt(int pyinRecordCnt) {
        entry.set(31, pyinRecordCnt);
        return this;
    }

    public AudioFrame crepeRecordCnt(int crepeRecordCnt) {
        entry.set(32, crepeRecordCnt);
        return this;
    }

    public AudioFrame volume1MsRecordCnt(int volume1MsRecordCnt) {
        entry.set(33, volume1MsRecordCnt);
        return this;
    }

    public AudioFrame volume10MsRecordCnt(int volume10MsRecordCnt) {
        entry.set(34, volume10MsRecordCnt);
        return this;
    }

    public AudioFrame dtAdded(@Nullable Instant dtAdded) {
        entry.set(35, dtAdded);
        return this;
    }

    public AudioFrame audioFrameSizeBytes(int audioFrameSizeBytes) {
        entry.set(36, audioFrameSizeBytes);
        return this;
    }

    public AudioFrame audioFrameEncoding(@Nullable String audioFrameEncoding) {
        entry.set(37, audioFrameEncoding);
        return this;
    }

    public AudioFrame audioFrameSha256Hex(@Nullable String audioFrameSha256Hex) {
        entry.set(38, audioFrameSha256Hex);
        return this;
    }

    public AudioFrame dtFrameDecodedFromBytesIntoAudioSamples(
            @Nullable Instant dtFrameDecodedFromBytesIntoAudioSamples) {
        entry.set(39, dtFrameDecodedFromBytesIntoAudioSamples);
        return this;
    }

    public AudioFrame dtFrameResampledTo44100(@Nullable Instant dtFrameResampledTo44100) {
        entry.set(40, dtFrameResampledTo44100);
        return this;
    }

    public AudioFrame dtProcessingQueuedToStart(@Nullable Instant dtProcessingQueuedToStart) {
        entry.set(41, dtProcessingQueuedToStart);
        return this;
    }

    public AudioFrame dtStartPyinEngineLoadHzIns(@Nullable Instant dtStartPyinEngineLoadHzIns) {
        entry.set(42, dtStartPyinEngineLoadHzIns);
        return this;
    }

    public AudioFrame dtEndPyinEngineLoadHzIns(@Nullable Instant dtEndPyinEngineLoadHzIns) {
        entry.set(43, dtEndPyinEngineLoadHzIns);
        return this;
    }

    public AudioFrame dtStartPyinRelativeRows(@Nullable Instant dtStartPyinRelativeRows) {
        entry.set(44, dtStartPyinRelativeRows);
        return this;
    }

    public AudioFrame dtEndPyinRelativeRows(@Nullable Instant dtEndPyinRelativeRows) {
        entry.set(45, dtEndPyinRelativeRows);
        return this;
    }

    public AudioFrame dtStartFftEngineLoadFftIns(@Nullable Instant dtStartFftEngineLoadFftIns) {
        entry.set(46, dtStartFftEngineLoadFftIns);
        return this;
    }

    public AudioFrame dtEndFftEngineLoadFftIns(@Nullable Instant dtEndFftEngineLoadFftIns) {
        entry.set(47, dtEndFftEngineLoadFftIns);
        return this;
    }
}
