package io.alluvium.emitter.enginelog;

import java.security.SecureRandom;
import java.util.UUID;

/**
 * Ids of rows: UUIDv7, of which 74 bits are drawn once for the run and counted up from there. The ids of a run lie beside
 * each other in every index, and drawing one asks no random source. Belongs to the sender.
 */
final class LogIds {

    private final long prefix;
    private long counter;

    LogIds() {
        SecureRandom random = new SecureRandom();
        prefix = 0x7000 | random.nextInt(0x1000);
        counter = random.nextLong() & 0x1FFFFFFFFFFFFFFFL;
    }

    UUID next(long millis) {
        counter++;
        return new UUID(millis << 16 | prefix, counter & 0x3FFFFFFFFFFFFFFFL | 0x8000000000000000L);
    }
}
