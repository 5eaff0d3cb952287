package io.alluvium.emitter;

import java.security.SecureRandom;
import java.util.UUID;

/** Ids of new events. */
final class EventIds {

    private static final SecureRandom RANDOM = new SecureRandom();

    private EventIds() {}

    /** @return a new UUIDv7: ids of later milliseconds are greater */
    static UUID next() {
        long most = System.currentTimeMillis() << 16 | 0x7000 | RANDOM.nextInt(0x1000);
        long least = RANDOM.nextLong() & 0x3FFFFFFFFFFFFFFFL | 0x8000000000000000L;
        return new UUID(most, least);
    }
}
