package io.alluvium.audit.fire;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A member of the sink's group that was there first, and so is its leader: it reads nothing itself, and says which of the others
 * reads which partition.
 */
final class Conductor implements AutoCloseable {

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread = new Thread(this::conduct, "conductor");
    private volatile boolean closed;
    private volatile boolean turning;

    Conductor(String brokers, String group, String topic) {
        consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        brokers,
                        "group.id",
                        group,
                        "client.id",
                        Turns.ME,
                        "enable.auto.commit",
                        "false",
                        "partition.assignment.strategy",
                        List.of(Turns.class)),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.subscribe(List.of(topic));
        Turns.LED.set(0);
        Turns.OWNERS.set(Map.of());
        thread.setDaemon(true);
        thread.start();
        // Members that were killed are missed after their session.
        await("the conductor leads").atMost(Duration.ofSeconds(60)).until(() -> Turns.LED.get() > 0);
    }

    private void conduct() {
        while (!closed) {
            if (turning) {
                turning = false;
                consumer.enforceRebalance("turn");
            }
            consumer.poll(Duration.ofMillis(20));
        }
        consumer.close();
    }

    /** @return who reads which partition; empty while partitions are on their way */
    Map<Integer, String> owners() {
        return Turns.OWNERS.get();
    }

    /** Gives each partition to the member after the one that has it. */
    void turn() {
        Turns.OWNERS.set(Map.of());
        Turns.TURN.incrementAndGet();
        turning = true;
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** Bears the name of the assignor of the services, whose members speak it. */
    public static final class Turns extends CooperativeStickyAssignor {

        static final String ME = "conductor";
        static final AtomicInteger TURN = new AtomicInteger();
        static final AtomicInteger LED = new AtomicInteger();
        static final AtomicReference<Map<Integer, String>> OWNERS = new AtomicReference<>(Map.of());

        @Override
        public GroupAssignment assign(Cluster cluster, GroupSubscription group) {
            Map<String, Assignment> assignment = new HashMap<>();
            Map<TopicPartition, String> present = new HashMap<>();
            List<String> members = new ArrayList<>();
            String topic = "";
            for (Map.Entry<String, Subscription> member : new TreeMap<>(group.groupSubscription()).entrySet()) {
                topic = member.getValue().topics().get(0);
                assignment.put(member.getKey(), new Assignment(new ArrayList<>()));
                member.getValue().ownedPartitions().forEach(owned -> present.put(owned, member.getKey()));
                if (!member.getKey().startsWith(ME)) {
                    members.add(member.getKey());
                }
            }
            Map<Integer, String> owners = new TreeMap<>();
            for (int i = 0; i < cluster.partitionCountForTopic(topic) && !members.isEmpty(); i++) {
                TopicPartition partition = new TopicPartition(topic, i);
                String next = members.get((i + TURN.get()) % members.size());
                // Nobody gets what another one has not given up yet: its giving up makes for the next assignment.
                if (present.getOrDefault(partition, next).equals(next)) {
                    assignment.get(next).partitions().add(partition);
                    owners.put(i, next);
                }
            }
            OWNERS.set(Map.copyOf(owners));
            LED.incrementAndGet();
            return new GroupAssignment(assignment);
        }
    }
}
