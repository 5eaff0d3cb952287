package io.alluvium.audit.topic;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Looks through raw bytes for what a database would refuse or a decoder would silently replace. */
final class Utf8Check {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long LOW_BITS = 0x0101010101010101L;
    private static final long BACKSLASHES = LOW_BITS * '\\';

    private Utf8Check() {}

    /** @return whether the bytes are well-formed UTF-8; eight at a time while they are ASCII */
    static boolean wellFormed(byte[] bytes, int offset, int length) {
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
     * @return whether a string in it holds U+0000, which PostgreSQL has no place for
     */
    static boolean holdsNul(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int at = offset;
        while (at + 8 <= end) {
            long word = (long) LONGS.get(bytes, at) ^ BACKSLASHES;
            if (((word - LOW_BITS) & ~word & HIGH_BITS) != 0) {
                break;
            }
            at += 8;
        }
        for (; at < end - 5; at++) {
            if (bytes[at] == '\\') {
                if (bytes[at + 1] == 'u'
                        && bytes[at + 2] == '0'
                        && bytes[at + 3] == '0'
                        && bytes[at + 4] == '0'
                        && bytes[at + 5] == '0') {
                    return true;
                }
                at++; // what follows a backslash begins no escape of its own
            }
        }
        return false;
    }
}
