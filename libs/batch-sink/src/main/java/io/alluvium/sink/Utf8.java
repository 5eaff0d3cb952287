package io.alluvium.sink;

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

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + bytes[i];
        }
        return hash;
    }
}
