package io.alluvium.emitter.enginelog;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@link LogTable#WEBSOCKET_MESSAGE}: a message, from its receipt to its processing. What is not set is NULL. Not thread-safe, and no longer to be
 * changed once it is logged.
 */
public final class WebsocketMessage {

    final LogEntry entry = new LogEntry(LogTable.WEBSOCKET_MESSAGE);

    public WebsocketMessage recordingId(long recordingId) {
        entry.set(0, recordingId);
        return this;
    }

    public WebsocketMessage messageType(@Nullable String messageType) {
        entry.set(1, messageType);
        return this;
    }

    public WebsocketMessage audioFrameNo(int audioFrameNo) {
        entry.set(2, audioFrameNo);
        return this;
    }

    public WebsocketMessage dtMessageReceived(@Nullable Instant dtMessageReceived) {
        entry.set(3, dtMessageReceived);
        return this;
    }

    public WebsocketMessage dtMessageProcessStarted(@Nullable Instant dtMessageProcessStarted) {
        entry.set(4, dtMessageProcessStarted);
        return this;
    }

    public WebsocketMessage websocketConnectionId(int websocketConnectionId) {
        entry.set(5, websocketConnectionId);
        return this;
    }

    public WebsocketMessage messageId(int messageId) {
        entry.set(6, messageId);
        return this;
    }

    public WebsocketMessage dtMessageProcessQueuedToStart(@Nullable Instant dtMessageProcessQueuedToStart) {
        entry.set(7, dtMessageProcessQueuedToStart);
        return this;
    }
}
