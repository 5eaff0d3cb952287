package io.alluvium.kit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Where the next page of a list begins: the sort key of the last row of this one. Opaque to clients and safe in a URL; it
 * holds no secret and grants nothing, so it is checked against damage and not signed.
 */
public final class Cursor {

    private static final int MAX_LENGTH = 2_000;
    private static final char TIME = 't';
    private static final char NUMBER = 'n';
    private static final char TEXT = 's';
    private static final char ID = 'u';

    private final List<Object> parts;

    private Cursor(List<Object> parts) {
        this.parts = parts;
    }

    /**
     * @param parts the sort key: {@link Instant} (kept to the microsecond, as the databases keep it), {@link Long},
     *     {@link Integer}, {@link String} or {@link UUID}
     */
    public static String after(Object... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(48);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (Object part : parts) {
                write(part, out);
            }
            out.writeInt(checksum(bytes.toByteArray(), bytes.size()));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    }

    /**
     * @param text  what the client sent as {@code cursor}
     * @param types of the parts, in their order: {@code Instant.class, Long.class}
     * @return null where the client sent none: the first page
     * @throws Problem 400 naming {@code cursor} when it is not one of this list
     */
    public static @Nullable Cursor read(@Nullable String text, Class<?>... types) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            if (text.length() <= MAX_LENGTH) {
                Cursor cursor = decode(Base64.getUrlDecoder().decode(text));
                if (cursor.has(types)) {
                    return cursor;
                }
            }
        } catch (IOException | IllegalArgumentException | DateTimeException | ArithmeticException damaged) {
            // told below: how it is damaged is nothing a client could act on
        }
        throw Problem.badRequest("cursor", "is not a cursor that this list gave out");
    }

    public Instant time(int part) {
        return (Instant) parts.get(part);
    }

    public long number(int part) {
        return (Long) parts.get(part);
    }

    public String text(int part) {
        return (String) parts.get(part);
    }

    public UUID id(int part) {
        return (UUID) parts.get(part);
    }

    private boolean has(Class<?>[] types) {
        if (types.length != parts.size()) {
            return false;
        }
        for (int i = 0; i < types.length; i++) {
            if (!types[i].isInstance(parts.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static void write(Object part, DataOutputStream out) throws IOException {
        if (part instanceof Instant time) {
            out.writeByte(TIME);
            // Not MICROS.between: it counts nanoseconds on its way, of which a long holds no 300 years.
            out.writeLong(Math.addExact(
                    Math.multiplyExact(time.getEpochSecond(), 1_000_000L), (long) time.getNano() / 1_000));
        } else if (part instanceof Long || part instanceof Integer) {
            out.writeByte(NUMBER);
            out.writeLong(((Number) part).longValue());
        } else if (part instanceof String text) {
            out.writeByte(TEXT);
            out.writeUTF(text);
        } else if (part instanceof UUID id) {
            out.writeByte(ID);
            out.writeLong(id.getMostSignificantBits());
            out.writeLong(id.getLeastSignificantBits());
        } else {
            throw new IllegalArgumentException("a cursor cannot hold " + part.getClass());
        }
    }

    private static Cursor decode(byte[] bytes) throws IOException {
        int end = bytes.length - Integer.BYTES;
        if (end < 0) {
            throw new IOException("too short");
        }
        List<Object> parts = new ArrayList<>(3);
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        while (in.available() > Integer.BYTES) {
            parts.add(part(in));
        }
        if (in.readInt() != checksum(bytes, end)) {
            throw new IOException("damaged");
        }
        return new Cursor(parts);
    }

    private static Object part(DataInputStream in) throws IOException {
        return switch (in.readUnsignedByte()) {
            case TIME -> Instant.EPOCH.plus(in.readLong(), ChronoUnit.MICROS);
            case NUMBER -> in.readLong();
            case TEXT -> in.readUTF();
            case ID -> new UUID(in.readLong(), in.readLong());
            default -> throw new IOException("of another kind");
        };
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32 sum = new CRC32();
        sum.update(bytes, 0, length);
        return (int) sum.getValue();
    }
}
