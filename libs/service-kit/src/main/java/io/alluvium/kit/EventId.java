package io.alluvium.kit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Event ids: UUIDs everywhere inside, whatever a producer chose. */
public final class EventId {

    /** Namespace of ids that are derived from a source and an id that is no UUID. */
    private static final UUID NAMESPACE = UUID.fromString("6ba7b811-9dad-11d1-80b4-00c04fd430c8");

    private static final SecureRandom RANDOM = new SecureRandom();

    private EventId() {}

    /** @return a new UUIDv7: ids of later milliseconds are greater, so that their index is filled from one end */
    public static UUID next() {
        long time = System.currentTimeMillis();
        long most = time << 16 | 0x7000 | RANDOM.nextInt(0x1000);
        long least = RANDOM.nextLong() & 0x3FFFFFFFFFFFFFFFL | 0x8000000000000000L;
        return new UUID(most, least);
    }

    /** @return the id itself if it is a UUID, else the UUIDv5 of source and id */
    public static UUID of(byte[] source, byte[] id) {
        UUID parsed = parse(id);
        return parsed != null ? parsed : derived(source, id);
    }

    /** Reads the canonical 36 characters; null when they are something else. */
    private static @Nullable UUID parse(byte[] text) {
        if (text.length != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') {
            return null;
        }
        long first = hex(text, 0, 8);
        long second = hex(text, 9, 13);
        long third = hex(text, 14, 18);
        long fourth = hex(text, 19, 23);
        long fifth = hex(text, 24, 36);
        if ((first | second | third | fourth | fifth) < 0) {
            return null;
        }
        return new UUID(first << 32 | second << 16 | third, fourth << 48 | fifth);
    }

    /** @return the number, or a negative one when a character is no hexadecimal digit */
    private static long hex(byte[] text, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            int c = text[i];
            int small = c | 0x20;
            if (c >= '0' && c <= '9') {
                value = value << 4 | c - '0';
            } else if (small >= 'a' && small <= 'f') {
                value = value << 4 | small - 'a' + 10;
            } else {
                return Long.MIN_VALUE;
            }
        }
        return value;
    }

    /** @return the UUIDv5 of source and id, also where the id is a UUID: two sources may have chosen the same one */
    public static UUID derived(byte[] source, byte[] id) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            java.nio.ByteBuffer namespace = java.nio.ByteBuffer.allocate(16);
            namespace.putLong(NAMESPACE.getMostSignificantBits()).putLong(NAMESPACE.getLeastSignificantBits());
            sha1.update(namespace.array());
            sha1.update(source);
            sha1.update("\n".getBytes(StandardCharsets.US_ASCII));
            java.nio.ByteBuffer hash = java.nio.ByteBuffer.wrap(sha1.digest(id));
            long most = hash.getLong() & 0xFFFFFFFFFFFF0FFFL | 0x5000;
            long least = hash.getLong() & 0x3FFFFFFFFFFFFFFFL | 0x8000000000000000L;
            return new UUID(most, least);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-1", impossible);
        }
    }
}
