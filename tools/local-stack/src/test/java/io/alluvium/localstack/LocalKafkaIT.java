package io.alluvium.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalKafkaIT {

    @TempDir
    Path directory;

    @Test
    void recordsAndGroupOffsetsAreThereAfterAStopAndAStartOnTheSamePort() throws Exception {
        try (LocalKafka kafka = LocalKafka.start(directory, 0)) {
            createTopic(kafka, "kept");
            send(kafka, "kept", "one", "two");
            assertThat(read(kafka, "kept", 2)).containsExactly("one", "two");

            kafka.stop();
            kafka.start();

            send(kafka, "kept", "three");
            assertThat(read(kafka, "kept", 1)).containsExactly("three");
        }
    }

    @Test
    void clientsOfAStoppedBrokerGoOnByThemselvesWhenItIsBack() throws Exception {
        try (LocalKafka kafka = LocalKafka.start(directory, 0);
                KafkaProducer<String, String> producer = producer(kafka)) {
            createTopic(kafka, "away");
            producer.send(new ProducerRecord<>("away", "before")).get();

            kafka.stop();
            // On its own thread: a producer that has lost every broker makes the sender wait.
            var whileAway =
                    CompletableFuture.supplyAsync(() -> producer.send(new ProducerRecord<>("away", "while away")));
            kafka.start();

            assertThat(whileAway.get().get().offset()).isEqualTo(1);
        }
    }

    @Test
    void topicMayBeDeletedAndCreatedAnewUnderTheSameName() throws Exception {
        try (LocalKafka kafka = LocalKafka.start(directory, 0);
                Admin admin = admin(kafka)) {
            createTopic(kafka, "again");
            var first = admin.describeTopics(List.of("again"))
                    .topicNameValues()
                    .get("again")
                    .get()
                    .topicId();
            admin.deleteTopics(List.of("again")).all().get();
            createTopic(kafka, "again");

            assertThat(admin.describeTopics(List.of("again"))
                            .topicNameValues()
                            .get("again")
                            .get()
                            .topicId())
                    .isNotEqualTo(first);
        }
    }

    @Test
    void recordsMayBeCompressedInEveryWay() throws Exception {
        try (LocalKafka kafka = LocalKafka.start(directory, 0)) {
            createTopic(kafka, "compressed");
            for (String compression : List.of("gzip", "snappy", "lz4", "zstd")) {
                Map<String, Object> settings =
                        Map.of("bootstrap.servers", kafka.bootstrapServers(), "compression.type", compression);
                try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
                    producer.send(new ProducerRecord<>("compressed", compression))
                            .get();
                }
            }

            assertThat(read(kafka, "compressed", 4)).containsExactly("gzip", "snappy", "lz4", "zstd");
        }
    }

    @Test
    void topicsAreNotCreatedByBeingNamed() {
        try (LocalKafka kafka = LocalKafka.start(directory, 0);
                Admin admin = admin(kafka)) {
            assertThatThrownBy(() -> admin.describeTopics(List.of("nobody-made-it"))
                            .allTopicNames()
                            .get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
        }
    }

    @Test
    void portInUseIsToldInOneSentence() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> LocalKafka.start(directory, taken.getLocalPort()))
                    .isInstanceOf(LocalStackException.class)
                    .hasMessage(
                            "port %d on 127.0.0.1 is in use by another program: Kafka needs it", taken.getLocalPort());
        }
    }

    @Test
    void secondBrokerInTheSameDirectoryIsRefusedAndTheFirstGoesOn() throws Exception {
        try (LocalKafka first = LocalKafka.start(directory, 0)) {
            assertThatThrownBy(() -> LocalKafka.start(directory, 0)).isInstanceOf(LocalStackException.class);
            createTopic(first, "still-works");
        }
    }

    private static void createTopic(LocalKafka kafka, String name) throws Exception {
        try (Admin admin = admin(kafka)) {
            admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get();
            // The broker answers before it has told itself: for a moment nobody knows the topic yet.
            await("the topic is known")
                    .atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .until(() -> admin.describeTopics(List.of(name))
                                    .allTopicNames()
                                    .get()
                                    .size()
                            == 1);
        }
    }

    private static void send(LocalKafka kafka, String topic, String... values) throws Exception {
        try (KafkaProducer<String, String> producer = producer(kafka)) {
            for (String value : values) {
                producer.send(new ProducerRecord<>(topic, value)).get();
            }
        }
    }

    private static List<String> read(LocalKafka kafka, String topic, int count) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", kafka.bootstrapServers(), "group.id", "readers", "auto.offset.reset", "earliest");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            List<String> values = new ArrayList<>();
            Instant deadline = Instant.now().plusSeconds(30);
            while (values.size() < count && Instant.now().isBefore(deadline)) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
            }
            consumer.commitSync();
            return values;
        }
    }

    private static Admin admin(LocalKafka kafka) {
        return Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    }

    private static KafkaProducer<String, String> producer(LocalKafka kafka) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()), new StringSerializer(), new StringSerializer());
    }
}
