package io.alluvium.benchmarks;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * Changes of the orders, customers and products of a shop: 80 of 100 are updates with both images, and half belong to a
 * correlated request. With the same seed and clock they are the same again. Not thread-safe.
 */
final class Shop {

    private static final int ENTITIES = 100_000;
    private static final int USERS = 200;
    private static final List<String> STATES = List.of("open", "paid", "picked", "packed", "shipped", "delivered");
    private static final List<String> CITIES = List.of("Hamburg", "Lisboa", "Gdańsk", "Lyon", "Utrecht", "Malmö");

    private final SplittableRandom random;
    private final LongSupplier clock;

    /** @param clock microseconds since 1970-01-01T00:00:00Z */
    private Shop(long seed, LongSupplier clock) {
        this.random = new SplittableRandom(seed);
        this.clock = clock;
    }

    /** A past day, with a change every 700 microseconds or so. */
    static Shop ofOneDay(long seed) {
        SplittableRandom steps = new SplittableRandom(seed);
        long[] now = {Instant.parse("2026-11-20T06:00:00Z").getEpochSecond() * 1_000_000};
        return new Shop(seed, () -> now[0] += 1 + steps.nextInt(1400));
    }

    static Shop ofNow(long seed) {
        return new Shop(seed, () -> System.currentTimeMillis() * 1000);
    }

    ChangeEvent next() {
        long at = clock.getAsLong();
        UUID id = idOf(at / 1000);
        int dice = random.nextInt(100);
        String operation = dice < 15 ? "INSERT" : dice < 95 ? "UPDATE" : "DELETE";
        int kind = random.nextInt(10);
        String type = kind < 6 ? "order" : kind < 8 ? "customer" : "product";
        int entity = random.nextInt(ENTITIES);
        int version = random.nextInt(1, 5);
        boolean insert = operation.equals("INSERT");
        boolean delete = operation.equals("DELETE");
        return new ChangeEvent(
                id,
                type,
                Integer.toString(100_000 + entity),
                operation,
                insert ? null : image(type, entity, version),
                delete ? null : image(type, entity, version + 1),
                insert || delete ? null : changedFields(type),
                "user-" + random.nextInt(USERS),
                at,
                random.nextInt(2) == 0 ? null : "req-" + Long.toString(random.nextLong() >>> 16, 36));
    }

    /** UUIDv7: the time comes first, as new ids of the services have it. */
    private UUID idOf(long millis) {
        return new UUID(
                millis << 16 | 0x7000 | random.nextInt(0x1000),
                random.nextLong() & 0x3FFFFFFFFFFFFFFFL | 0x8000000000000000L);
    }

    private static String image(String type, int entity, int version) {
        return switch (type) {
            case "order" ->
                String.format(
                        Locale.ROOT,
                        "{\"id\":%d,\"number\":\"SO-%06d\",\"customer\":\"C-%05d\",\"state\":\"%s\","
                                + "\"total\":%d.%02d,\"currency\":\"EUR\",\"lines\":%d,\"version\":%d}",
                        100_000 + entity,
                        entity,
                        entity % 20_000,
                        STATES.get(version % STATES.size()),
                        entity % 900 + 10,
                        entity % 100,
                        entity % 9 + 1,
                        version);
            case "customer" ->
                String.format(
                        Locale.ROOT,
                        "{\"id\":%d,\"name\":\"Customer %d\",\"city\":\"%s\",\"mail\":\"c%d@example.org\","
                                + "\"discount\":0.%02d,\"active\":true,\"version\":%d}",
                        100_000 + entity,
                        entity,
                        CITIES.get(version % CITIES.size()),
                        entity,
                        entity % 30,
                        version);
            default ->
                String.format(
                        Locale.ROOT,
                        "{\"id\":%d,\"sku\":\"P-%07d\",\"title\":\"Product no. %d\",\"price\":%d.90,\"stock\":%d,"
                                + "\"tags\":[\"new\",\"shop\"],\"version\":%d}",
                        100_000 + entity,
                        entity,
                        entity,
                        entity % 400,
                        version * 17,
                        version);
        };
    }

    private static String changedFields(String type) {
        return switch (type) {
            case "order" -> "[\"state\",\"version\"]";
            case "customer" -> "[\"city\",\"version\"]";
            default -> "[\"stock\",\"version\"]";
        };
    }
}
