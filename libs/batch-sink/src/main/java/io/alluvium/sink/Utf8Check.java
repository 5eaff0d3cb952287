package io.alluvium.sink;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Looks through raw bytes for what a database would refuse or a decoder would silently replace. */
public final class Utf8Check {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long LOW_BITS = 0x0101010101010101L;
    private static final long BACKSLASHES = LOW_BITS * '\\';

    /** Bytes of a {@code \\uXXXX}. */
    private static final int ESCAPE = 6;

    private Utf8Check() {}

    /** @return whether the bytes are well-formed UTF-8; eight at a time while they are ASCII */
    public static boolean wellFormed(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int at = offset;
        while (at + 8 <= end && ((long) LONGS.get(bytes, at) & HIGH_BITS) == 0) {
            at += 8;
        }
        while (at < end && bytes[at] >= 0) {
            at++;
        }
        return at == end || decodes(bytes, at, end - at);
    }

    private static boolean decodes(byte[] bytes, int offset, int length) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, offset, length));
            return true;
        } catch (CharacterCodingException malformed) {
            return false;
        }
    }

    /**
     * @param bytes well-formed JSON
     * @return what a string in it holds that cannot be stored: U+0000, for which PostgreSQL has no place, or half of a
     *     surrogate pair, which is no character; null when there is no such thing
     */
    public static @Nullable String unstorable(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int at = beforeBackslash(bytes, offset, end);
        while (at < end - 1) {
            if (bytes[at] != '\\') {
                at++;
                continue;
            }
            int unit = codeUnit(bytes, at, end);
            if (unit == 0) {
                return "U+0000";
            }
            if (unit < 0 || !Character.isSurrogate((char) unit)) {
                at += 2; // what follows a backslash begins no escape of its own
                continue;
            }
            int next = codeUnit(bytes, at + ESCAPE, end);
            if (!Character.isHighSurrogate((char) unit) || next < 0 || !Character.isLowSurrogate((char) next)) {
                return "half of a surrogate pair";
            }
            at += 2 * ESCAPE;
        }
        return null;
    }

    /** Nearly every image has no escape at all: eight bytes at a time. */
    private static int beforeBackslash(byte[] bytes, int offset, int end) {
        int at = offset;
        while (at + 8 <= end) {
            long word = (long) LONGS.get(bytes, at) ^ BACKSLASHES;
            if (((word - LOW_BITS) & ~word & HIGH_BITS) != 0) {
                return at;
            }
            at += 8;
        }
        return at;
    }

    /** @return the number of a {@code \\uXXXX} that begins here; negative when none does */
    private static int codeUnit(byte[] bytes, int at, int end) {
        if (at + ESCAPE > end || bytes[at] != '\\' || bytes[at + 1] != 'u') {
            return -1;
        }
        int unit = 0;
        for (int i = at + 2; i < at + ESCAPE; i++) {
            unit = unit << 4 | Character.digit(bytes[i], 16);
        }
        return unit;
    }
}
