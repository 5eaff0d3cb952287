package io.alluvium.emitter.enginelog;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@link LogTable#WEBSOCKET_CONNECTION}: a connection, from request to close. What is not set is NULL. Not thread-safe, and no longer to be
 * changed once it is logged.
 */
public final class WebsocketConnection {

    final LogEntry entry = new LogEntry(LogTable.WEBSOCKET_CONNECTION);

    public WebsocketConnection websocketConnectionId(int websocketConnectionId) {
        entry.set(0, websocketConnectionId);
        return this;
    }

    public WebsocketConnection clientHostIpAddress(@Nullable String clientHostIpAddress) {
        entry.set(1, clientHostIpAddress);
        return this;
    }

    public WebsocketConnection clientPort(@Nullable String clientPort) {
        entry.set(2, clientPort);
        return this;
    }

    public WebsocketConnection clientHeaders(@Nullable String clientHeaders) {
        entry.set(3, clientHeaders);
        return this;
    }

    public WebsocketConnection dtConnectionRequest(@Nullable Instant dtConnectionRequest) {
        entry.set(4, dtConnectionRequest);
        return this;
    }

    public WebsocketConnection dtConnectionAccepted(@Nullable Instant dtConnectionAccepted) {
        entry.set(5, dtConnectionAccepted);
        return this;
    }

    public WebsocketConnection dtConnectionClosed(@Nullable Instant dtConnectionClosed) {
        entry.set(6, dtConnectionClosed);
        return this;
    }

    public WebsocketConnection dtWebsocketDisconnectEvent(@Nullable Instant dtWebsocketDisconnectEvent) {
        entry.set(7, dtWebsocketDisconnectEvent);
        return this;
    }
}
