package io.alluvium.kit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.alluvium.localstack.LocalStack;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(KitStack.class)
class EventPublisherIT {

    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @Inject
    EventPublisher publisher;

    @Inject
    Admin admin;

    @Inject
    MeterRegistry meters;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrap;

    private void topic(String name) throws Exception {
        admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get();
    }

    private static ProducerRecord<byte[], byte[]> event(String topic, String value) {
        return new ProducerRecord<>(
                topic,
                null,
                null,
                "key".getBytes(UTF_8),
                value.getBytes(UTF_8),
                CloudEventHeaders.binary(
                        EventId.next().toString(), "/kit", "alluvium.kit.sample.v1", Instant.EPOCH, "subject"));
    }

    private List<ConsumerRecord<byte[], byte[]>> read(String topic, int atLeast) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", bootstrap);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            Awaitility.await().until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
                return records.size() >= atLeast;
            });
            return records;
        }
    }

    private static Throwable failure(CompletionStage<Void> publication) {
        Throwable thrown =
                catchThrowable(() -> publication.toCompletableFuture().join());
        return thrown instanceof CompletionException ? thrown.getCause() : thrown;
    }

    @Test
    void acknowledgedRecordsAreInTheTopicInTheirOrderWithTheirHeaders() throws Exception {
        topic("kit.order");
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            records.add(event("kit.order", "value " + i));
        }
        publisher.publish(records).toCompletableFuture().get();
        List<ConsumerRecord<byte[], byte[]>> read = read("kit.order", 500);
        assertThat(read)
                .extracting(r -> new String(r.value(), UTF_8))
                .containsExactlyElementsOf(
                        records.stream().map(r -> new String(r.value(), UTF_8)).toList());
        assertThat(read.get(0).headers())
                .extracting(Header::key)
                .containsExactly(
                        "ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_subject", "content-type");
    }

    @Test
    void aBrokerThatIsAwayMeansComeAgainAndNothingBlocks() throws Exception {
        topic("kit.away");
        publisher
                .publish(List.of(event("kit.away", "before")))
                .toCompletableFuture()
                .get();
        LocalStack.shared().kafka().stop();
        try {
            Instant called = Instant.now();
            CompletionStage<Void> known = publisher.publish(List.of(event("kit.away", "lost?")));
            CompletionStage<Void> unknown = publisher.publish(List.of(event("kit.never.seen", "lost?")));
            assertThat(Duration.between(called, Instant.now())).isLessThan(Duration.ofMillis(500));
            for (CompletionStage<Void> publication : List.of(known, unknown)) {
                assertThat(failure(publication)).isInstanceOfSatisfying(Problem.class, problem -> {
                    assertThat(problem.status()).isEqualTo(503);
                    assertThat(problem.retryAfter()).isPositive();
                });
            }
            assertThat(Duration.between(called, Instant.now())).isLessThan(Duration.ofSeconds(14));
        } finally {
            LocalStack.shared().kafka().start();
        }
        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> publisher
                .publish(List.of(event("kit.away", "after")))
                .toCompletableFuture()
                .get());
        assertThat(read("kit.away", 2))
                .extracting(r -> new String(r.value(), UTF_8))
                .contains("before", "after");
    }

    @Test
    void aRecordThatIsTooLargeForItsTopicIsTheClientsToShorten() throws Exception {
        topic("kit.large");
        assertThat(failure(publisher.publish(List.of(event("kit.large", "x".repeat(2_000_000))))))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(413));
    }

    @Test
    void eachRecordOfARequestThatFailsIsCountedByItsOwnFate() throws Exception {
        topic("kit.counted");
        double acknowledged = records("acknowledged");
        double refused = records("refused");

        failure(publisher.publish(List.of(
                event("kit.counted", "1"), event("kit.counted", "x".repeat(2_000_000)), event("kit.counted", "3"))));

        assertThat(records("acknowledged")).isEqualTo(acknowledged + 2);
        assertThat(records("refused")).isEqualTo(refused + 1);
        assertThat(read("kit.counted", 2)).hasSize(2);
    }

    private double records(String outcome) {
        return meters.get("alluvium.intake.records")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    @Test
    void theTraceOfTheRequestTravelsWithTheRecord() throws Exception {
        topic("kit.trace");
        RestAssured.given()
                .header("traceparent", PARENT)
                .header("tracestate", "vendor=1")
                .body("hello")
                .post("/api/samples/publish/kit.trace")
                .then()
                .statusCode(204);
        RestAssured.given()
                .header("traceparent", "not a trace")
                .body("hello")
                .post("/api/samples/publish/kit.trace")
                .then()
                .statusCode(204);
        List<ConsumerRecord<byte[], byte[]>> read = read("kit.trace", 2);
        assertThat(read.get(0).headers().lastHeader("traceparent").value()).isEqualTo(PARENT.getBytes(UTF_8));
        assertThat(read.get(0).headers().lastHeader("tracestate").value()).isEqualTo("vendor=1".getBytes(UTF_8));
        assertThat(read.get(1).headers().lastHeader("traceparent")).isNull();
    }

    @Test
    void theTopicsOfTheServiceAreCreatedOnStart() throws Exception {
        TopicDescription created = Awaitility.await()
                .ignoreException(ExecutionException.class)
                .until(
                        () -> admin.describeTopics(List.of(SampleSink.TOPIC))
                                .allTopicNames()
                                .get()
                                .get(SampleSink.TOPIC),
                        topic -> topic != null);
        assertThat(created.partitions()).hasSize(3);
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, SampleSink.TOPIC);
        assertThat(admin.describeConfigs(List.of(resource))
                        .all()
                        .get()
                        .get(resource)
                        .get("retention.ms")
                        .value())
                .isEqualTo(String.valueOf(Duration.ofDays(1).toMillis()));
    }
}
