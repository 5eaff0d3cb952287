package io.alluvium.webhook.intake;

import static io.alluvium.webhook.Signatures.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.alluvium.kit.EventPublisher;
import io.alluvium.webhook.WebhookStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@QuarkusTestResource(WebhookStack.class)
class SpoolDrainIT {

    private static final int SMALL = 2000;

    @Inject
    EventPublisher publisher;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String servers;

    @TempDir
    Path directory;

    private final String topic = "drain-" + System.nanoTime();

    @BeforeEach
    void createTopic() throws Exception {
        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", servers))) {
            NewTopic small =
                    new NewTopic(topic, 1, (short) 1).configs(Map.of("max.message.bytes", String.valueOf(SMALL)));
            admin.createTopics(List.of(small)).all().get();
        }
    }

    private ProducerRecord<byte[], byte[]> record(String key, int value, int bytes) {
        byte[] content = new byte[bytes];
        new Random(value).nextBytes(content); // or it would be compressed to next to nothing
        byte[] number = utf8(value + " ");
        System.arraycopy(number, 0, content, 0, number.length);
        return new ProducerRecord<>(topic, utf8(key), content);
    }

    private List<String> published() {
        List<String> published = new ArrayList<>();
        Map<String, Object> config = Map.of("bootstrap.servers", servers);
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> all = List.of(new TopicPartition(topic, 0));
            consumer.assign(all);
            consumer.seekToBeginning(all);
            long end = consumer.endOffsets(all).get(all.get(0));
            while (published.size() < end) {
                consumer.poll(Duration.ofMillis(100))
                        .forEach(one -> published.add(one.key() + new String(one.value()).split(" ")[0]));
            }
        }
        return published;
    }

    private void drain(Spool spool) {
        try (SpoolDrain drain = new SpoolDrain(spool, publisher, topic)) {
            drain.start();
            await().atMost(Duration.ofSeconds(60)).until(() -> spool.waiting() == 0);
        }
    }

    /** Nor does an entry of a version that nobody knows. */
    @Test
    void anEventThatItsTopicRefusesIsKeptAsideAndStopsNothing() throws Exception {
        try (Spool spool = new Spool(directory, 1 << 20, 1 << 20)) {
            append(spool, new SpoolEntry(List.of(record("a", 1, 10))).toBytes());
            append(spool, new SpoolEntry(List.of(record("b", 2, 2 * SMALL), record("c", 3, 10))).toBytes());
            append(spool, new byte[] {77, 1, 2, 3});
            append(spool, new SpoolEntry(List.of(record("a", 4, 10))).toBytes());

            drain(spool);

            // Those beside it may be there twice, which the sink knows.
            assertThat(published())
                    .containsOnly("a1", "c3", "a4")
                    .containsSubsequence("a1", "a4")
                    .endsWith("a4");
            assertThat(spool.keptAside()).isEqualTo(2);
        }
    }

    @Test
    void aRecordThatChangesAllTheTimeStaysInOrderAmongOthers() throws Exception {
        try (Spool spool = new Spool(directory, 1 << 20, 10_000)) {
            for (int n = 0; n < 200; n++) {
                append(spool, new SpoolEntry(List.of(record("hot", n, 10), record("other", n, 10))).toBytes());
            }

            drain(spool);

            for (String key : List.of("hot", "other")) {
                assertThat(published().stream().filter(one -> one.startsWith(key)))
                        .containsExactlyElementsOf(
                                IntStream.range(0, 200).mapToObj(n -> key + n).toList());
            }
        }
    }

    private static void append(Spool spool, byte[] entry) {
        spool.append(entry).toCompletableFuture().join();
    }
}
