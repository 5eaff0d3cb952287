package io.alluvium.webhook.delivery;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Events for tests of what needs no table. */
final class Events {

    private Events() {}

    static StoredEvent event(String type, @Nullable String module, @Nullable String recordId, @Nullable String data) {
        return event(type, module, recordId, data, "[]");
    }

    static StoredEvent event(
            String type,
            @Nullable String module,
            @Nullable String recordId,
            @Nullable String data,
            @Nullable String modified) {
        return new StoredEvent(
                7,
                UUID.fromString("0d6f1b3c-0000-5000-8000-000000000001"),
                "crm:" + recordId,
                "crm",
                "e-1",
                type,
                module,
                recordId,
                data,
                modified,
                "u-1",
                Instant.parse("2026-05-01T10:00:00Z"),
                Instant.parse("2026-05-01T10:00:01.5Z"),
                "{\"user-agent\":\"test\"}",
                "ab".repeat(32),
                0,
                null);
    }
}
