package io.alluvium.sink;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Text as it came off the wire: a range of a UTF-8 byte array that nobody changes any more. Passing text through the
 * sink this way costs no decoding and no copy.
 *
 * @param bytes  shared, never written to
 * @param offset of the first byte
 * @param length in bytes
 */
public record Utf8(byte[] bytes, int offset, int length) {

    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    public Utf8 {
        if (offset < 0 || length < 0 || offset > bytes.length - length) {
            throw new IllegalArgumentException(
                    "range " + offset + "+" + length + " is outside of an array of " + bytes.length);
        }
    }

    public static Utf8 of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Utf8(bytes, 0, bytes.length);
    }

    /** Decodes the range; malformed bytes become U+FFFD. */
    @Override
    public String toString() {
        return new String(bytes, offset, length, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Utf8 that
                && java.util.Arrays.equals(
                        bytes, offset, offset + length, that.bytes, that.offset, that.offset + that.length);
    }

    /** Eight bytes at a time: rows are counted by their texts, each row's anew. */
    @Override
    public int hashCode() {
        long hash = length;
        int at = offset;
        int end = offset + length;
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            hash = mixed(hash ^ (long) EIGHT_BYTES.get(bytes, at));
        }
        long rest = 0;
        for (; at < end; at++) {
            rest = rest << 8 | bytes[at] & 0xff;
        }
        return (int) mixed(hash ^ rest);
    }

    private static long mixed(long hash) {
        long product = hash * 0x9E3779B97F4A7C15L;
        return product ^ product >>> 32;
    }
}
