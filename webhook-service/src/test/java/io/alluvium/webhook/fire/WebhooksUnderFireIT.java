package io.alluvium.webhook.fire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Broker, database and service, each killed at moments that a seed chooses: answered 200 means stored, once, in order, and
 * delivered under one id.
 */
class WebhooksUnderFireIT {

    private static final int SENDERS = 6;
    private static final int ROUNDS = Integer.getInteger("fire.rounds", 1);

    /** Deliveries between two faults, at most. */
    private static final int BETWEEN = Integer.getInteger("fire.between", 300);

    private enum Fault {
        BROKER,
        DATABASE,
        SERVICE
    }

    private final long seed = Long.getLong("fire.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @TempDir
    Path directory;

    @Test
    void nothingIsLostAndNothingIsStoredTwice() throws Exception {
        System.out.println("fire.seed=" + seed);
        int deliveries;
        try (Destination destination = new Destination();
                Fire fire = new Fire(directory, "webhooks");
                Senders senders = new Senders(fire::service)) {
            fire.startService(destination.route());
            fire.awaitReady();
            senders.start(SENDERS);
            for (int round = 0; round < ROUNDS; round++) {
                List<Fault> faults = new ArrayList<>(List.of(Fault.values()));
                Collections.shuffle(faults, random);
                for (Fault fault : faults) {
                    senders.awaitAnswers(1 + random.nextInt(BETWEEN));
                    strike(fault, fire, senders, destination);
                }
            }
            senders.awaitAnswers(BETWEEN);
            deliveries = senders.finish();
            fire.awaitStored(2L * deliveries);
            fire.awaitDelivered();

            Map<String, Set<String>> received = destination.received();
            assertThat(received.keySet()).isEqualTo(fire.eventIds());
            assertThat(received.values()).as("each under one id").allMatch(ids -> ids.size() == 1);
            assertThat(Set.copyOf(received.values())).hasSameSizeAs(received.keySet());
        }
    }

    /** Webhooks are answered while broker or database are away. */
    private void strike(Fault fault, Fire fire, Senders senders, Destination destination) throws Exception {
        switch (fault) {
            case BROKER -> {
                fire.stack().kafka().stop();
                senders.awaitAnswers(1 + random.nextInt(BETWEEN));
                fire.stack().kafka().start();
            }
            case DATABASE -> {
                fire.stack().postgres().stopImmediate();
                senders.awaitAnswers(1 + random.nextInt(BETWEEN));
                fire.stack().postgres().start();
            }
            case SERVICE -> {
                fire.service().kill();
                fire.startService(destination.route());
            }
        }
    }
}
