package io.alluvium.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Events as rows of {@code audit_change} in PostgreSQL's binary COPY format, encoded before anything is measured. */
final class CopyFile implements AutoCloseable {

    static final String STATEMENT =
            """
            COPY audit_change (event_id, entity_type, entity_id, operation, old_values, new_values, changed_fields,
                               changed_by, changed_at, correlation_id)
            FROM STDIN (FORMAT binary)
            """;

    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    private static final int COLUMNS = 10;
    private static final long EPOCH_SHIFT = 946_684_800_000_000L;

    private final DataOutputStream out;

    CopyFile(Path file) throws IOException {
        out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 20));
        out.write(SIGNATURE);
        out.writeLong(0); // no flags, no extension
    }

    void add(ChangeEvent event) throws IOException {
        out.writeShort(COLUMNS);
        out.writeInt(16);
        out.writeLong(event.id().getMostSignificantBits());
        out.writeLong(event.id().getLeastSignificantBits());
        text(event.entityType());
        text(event.entityId());
        text(event.operation());
        text(event.oldValues());
        text(event.newValues());
        text(event.changedFields());
        text(event.changedBy());
        out.writeInt(8);
        out.writeLong(event.changedAt() - EPOCH_SHIFT);
        text(event.correlationId());
    }

    private void text(@Nullable String value) throws IOException {
        if (value == null) {
            out.writeInt(-1);
            return;
        }
        byte[] bytes = value.getBytes(UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    @Override
    public void close() throws IOException {
        out.writeShort(-1);
        out.close();
    }
}
