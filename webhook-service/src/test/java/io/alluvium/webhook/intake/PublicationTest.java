package io.alluvium.webhook.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.sink.Utf8;
import io.alluvium.webhook.topic.InvalidWebhook;
import io.alluvium.webhook.topic.WebhookEvent;
import io.alluvium.webhook.topic.WebhookEventReader;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

class PublicationTest {

    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static List<ProducerRecord<byte[], byte[]>> records(Sent sent) {
        Source source = ConfiguredSource.verifier("zoho").secrets("x").source();
        Delivery delivery = sent.delivery();
        Payload payload = source.format().read(delivery.headers(), delivery.body());
        return new Publication(source, "id", true, delivery, "0".repeat(64), payload.records()).toRecords("topic");
    }

    private static WebhookEvent event(ProducerRecord<byte[], byte[]> published) throws InvalidWebhook {
        return WebhookEventReader.read(new Utf8(published.value(), 0, published.value().length));
    }

    @Test
    void eachRecordIsAnEventWithANumberAndItsOwnKey() throws InvalidWebhook {
        List<ProducerRecord<byte[], byte[]>> records = records(Sent.body("{\"data\":[{\"id\":\"a\"},{}]}"));

        assertThat(records).extracting(one -> new String(one.key())).containsExactly("source:a", "source:id#2");
        assertThat(event(records.get(0)).eventId()).hasToString("id#1");
        assertThat(event(records.get(1)).eventId()).hasToString("id#2");
        assertThat(records.get(1).headers().lastHeader("ce_id").value())
                .asString()
                .isEqualTo("id#2");
        assertThat(event(records(Sent.body("{\"data\":[{}]}")).get(0)).eventId())
                .hasToString("id");
    }

    @Test
    void ofTheHeadersOnlyThoseAreKeptThatAreListed() throws InvalidWebhook {
        WebhookEvent event = event(records(Sent.body("{}")
                        .header("X-Zoho-Signature", "secret")
                        .header("Authorization", "secret")
                        .header("Cookie", "secret")
                        .header("X-Anything", "secret")
                        .header("User-Agent", "a \"quoted\" agent")
                        .header("X-Request-Id", "x".repeat(1001)))
                .get(0));

        assertThat(event.headers()).hasToString("{\"user-agent\":\"a \\\"quoted\\\" agent\"}");
    }

    @Test
    void theTraceOfTheRequestGoesOnInTheTopic() {
        ProducerRecord<byte[], byte[]> traced =
                records(Sent.body("{}").header("traceparent", TRACE)).get(0);
        ProducerRecord<byte[], byte[]> other =
                records(Sent.body("{}").header("traceparent", "nonsense")).get(0);

        assertThat(traced.headers().lastHeader("traceparent").value())
                .asString()
                .isEqualTo(TRACE);
        assertThat(other.headers().lastHeader("traceparent")).isNull();
    }

    @Test
    void whatGoesThroughTheSpoolComesOutAsItWas() throws IOException {
        List<ProducerRecord<byte[], byte[]>> records =
                records(Sent.body("{\"data\":[{\"id\":\"a\"},{\"id\":\"b\"}]}").header("traceparent", TRACE));

        List<ProducerRecord<byte[], byte[]>> read =
                SpoolEntry.of(new SpoolEntry(records).toBytes(), "topic").records();

        assertThat(read).hasSameSizeAs(records);
        for (int i = 0; i < records.size(); i++) {
            assertThat(read.get(i).key()).isEqualTo(records.get(i).key());
            assertThat(read.get(i).value()).isEqualTo(records.get(i).value());
            assertThat(Stream.of(read.get(i).headers().toArray()).map(Header::key))
                    .containsExactlyElementsOf(
                            Stream.of(records.get(i).headers().toArray())
                                    .map(Header::key)
                                    .toList());
        }
    }
}
