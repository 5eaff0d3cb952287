package io.alluvium.webhook.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import io.agroal.api.AgroalDataSource;
import io.alluvium.webhook.Storage;
import io.alluvium.webhook.TestRoutes;
import io.alluvium.webhook.WebhookStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/** Routes that end in topics, and the contract of what they publish. */
@QuarkusTest
@QuarkusTestResource(WebhookStack.class)
class KafkaRoutesIT {

    private static final Path CONTRACTS = Path.of(System.getProperty("repository.root"), "docs", "contracts");

    @Inject
    AgroalDataSource dataSource;

    private void store(String source, String record) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            Storage.store(connection, source, record, 1);
        }
    }

    private static List<ConsumerRecord<String, String>> awaitRecords(String topic, String key, int count) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class));
        List<ConsumerRecord<String, String>> records = new ArrayList<>();
        try (Consumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            await().until(() -> !consumer.partitionsFor(topic).isEmpty());
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            await(count + " records of " + key).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    if (key.equals(record.key())) {
                        records.add(record);
                    }
                });
                return records.size() >= count;
            });
        }
        return records;
    }

    private static String header(ConsumerRecord<String, String> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    private static JsonNode read(String file) throws IOException {
        File path = CONTRACTS.resolve(file).toFile();
        return (file.endsWith(".yaml") ? new YAMLMapper() : new ObjectMapper()).readTree(path);
    }

    private static Set<ValidationMessage> faults(JsonNode schema, JsonNode document) {
        SchemaValidatorsConfig formatsCount =
                SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
        return JsonSchemaFactory.getInstance(VersionFlag.V202012)
                .getSchema(schema, formatsCount)
                .validate(document);
    }

    @Test
    void anAccountIsAskedForByTheContract() throws Exception {
        store("dl-crm", "acc-1");

        ConsumerRecord<String, String> request =
                awaitRecords(TestRoutes.SYNC_TOPIC, "acc-1", 1).get(0);

        JsonNode schema = read("alluvium.account.sync-requested.v1.schema.json");
        JsonNode data = new ObjectMapper().readTree(request.value());
        assertThat(faults(schema, data)).isEmpty();
        assertThat(data.path("account_id").asText()).isEqualTo("acc-1");
        assertThat(data.path("force").asBoolean()).isFalse();
        assertThat(faults(schema, ((ObjectNode) data.deepCopy()).without("account_id")))
                .isNotEmpty();
        assertThat(schema.path("examples")).isNotEmpty().allSatisfy(example -> assertThat(faults(schema, example))
                .isEmpty());
        JsonNode headers = read("asyncapi.yaml").at("/components/schemas/accountSyncHeaders");
        ObjectNode ours = new ObjectMapper().createObjectNode();
        for (Header header : request.headers()) {
            ours.put(header.key(), new String(header.value(), UTF_8));
        }
        assertThat(faults(headers, ours)).isEmpty();
        assertThat(faults(headers, ours.deepCopy().put("ce_id", "no uuid"))).isNotEmpty();
    }

    @Test
    void anEventIsRepublishedAsItWasReceived() throws Exception {
        store("dl-copy", "r-1");

        ConsumerRecord<String, String> copy =
                awaitRecords(TestRoutes.COPY_TOPIC, "dl-copy:r-1", 1).get(0);

        assertThat(header(copy, "ce_type")).isEqualTo("alluvium.webhook.received.v1");
        assertThat(header(copy, "ce_source")).isEqualTo("/webhooks/dl-copy");
        JsonNode data = new ObjectMapper().readTree(copy.value());
        assertThat(header(copy, "ce_id")).isEqualTo(data.path("event_id").asText());
        assertThat(data.path("record_id").asText()).isEqualTo("r-1");
        assertThat(copy.value()).contains("\"record_data\":{\"n\":1}");
    }
}
