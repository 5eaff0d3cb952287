package io.alluvium.webhook.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.kit.Problem;
import io.alluvium.sink.Utf8;
import io.alluvium.webhook.topic.InvalidWebhook;
import io.alluvium.webhook.topic.WebhookEventReader;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Whatever is answered 200 our own sink must be able to read. */
class AcceptedProperties {

    private static final Source PARTNER = ConfiguredSource.verifier("token")
            .secrets("x")
            .key("event-id", "X-Event-Id,/id")
            .key("event-type", "X-Type,/type")
            .key("record-id", "X-Record,/record")
            .key("module", "X-Module,/module")
            .key("user-id", "X-User,/user")
            .key("timestamp", "X-Time,/time")
            .source();

    private static final Source ZOHO =
            ConfiguredSource.verifier("zoho").secrets("x").source();

    private static List<ProducerRecord<byte[], byte[]>> accepted(Source source, Sent sent) {
        Delivery delivery = sent.delivery();
        Payload payload = source.format().read(delivery.headers(), delivery.body());
        String inHeader = source.idIn(delivery.headers());
        String id = inHeader == null ? payload.eventId() : OwnId.sound(inHeader);
        return Publication.of(source, id, delivery, Hashes.sha256(delivery.body()), payload.records())
                .toRecords("topic");
    }

    private static void assertReadable(Source source, Sent sent) {
        List<ProducerRecord<byte[], byte[]>> records;
        try {
            records = accepted(source, sent);
        } catch (Problem refused) {
            assertThat(refused.status()).isIn(400, 413);
            return;
        }
        for (ProducerRecord<byte[], byte[]> one : records) {
            try {
                WebhookEventReader.read(new Utf8(one.value(), 0, one.value().length));
            } catch (InvalidWebhook dead) {
                throw new AssertionError("accepted, and then a dead letter: " + dead.getMessage(), dead);
            }
        }
    }

    @Property(tries = 2000)
    void whatIsAcceptedCanBeRead(@ForAll("texts") List<String> values, @ForAll("texts") List<String> headers) {
        String body = "{\"id\":%s,\"type\":%s,\"record\":%s,\"module\":%s,\"user\":%s,\"time\":%s}"
                .formatted(values.toArray());
        Sent sent = Sent.body(body);
        List<String> names = List.of("X-Event-Id", "X-Type", "X-Record", "X-Module", "X-User", "X-Time");
        for (int i = 0; i < names.size(); i++) {
            if (headers.get(i).length() % 2 == 0) {
                sent.header(names.get(i), headers.get(i));
            }
        }
        assertReadable(PARTNER, sent);
        assertReadable(ZOHO, Sent.body("{\"data\":[" + body + "],\"modified_fields\":[" + values.get(0) + "]}"));
    }

    /** JSON that may be a text, a number, or something else; long ones, empty ones, and such as no database takes. */
    @Provide
    Arbitrary<List<String>> texts() {
        Arbitrary<String> numbers =
                Arbitraries.longs().between(-1, 999_999_999_999_999L).map(String::valueOf);
        Arbitrary<String> words = Arbitraries.strings()
                .withChars('a', '"', '\\', '\u0000', '\ud83d', '\u00fc', ' ', '/')
                .ofMaxLength(6);
        Arbitrary<String> quoted = Combinators.combine(words, Arbitraries.of(1, 1, 60))
                .as((word, times) ->
                        "\"" + word.repeat(times).replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
        Arbitrary<String> others = Arbitraries.of("null", "true", "[]", "{\"a\":1}", "\"\"", "1e400", "\"\\u0000\"");
        return Arbitraries.oneOf(numbers, quoted, others).list().ofSize(6);
    }

    @Example
    void howeverDeepABodyIs() {
        int deepest = 0;
        for (int depth = 1; depth < 120; depth++) {
            String body = "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
            assertReadable(PARTNER, Sent.body(body));
            assertReadable(ZOHO, Sent.body("{\"data\":[" + body + "]}"));
            deepest = isAccepted(body) ? depth : deepest;
        }
        assertThat(deepest).isEqualTo(WebhookEventReader.MAX_DEPTH);
    }

    private static boolean isAccepted(String body) {
        try {
            return !accepted(PARTNER, Sent.body(body)).isEmpty();
        } catch (Problem refused) {
            return false;
        }
    }

    @Example
    void timesThatNoYearOfOursHas() {
        for (String time : List.of(
                "999999999999999",
                "253402300800000",
                "253402300799999",
                "9223372037",
                "-5",
                "\"99999-01-01T00:00:00Z\"")) {
            assertReadable(PARTNER, Sent.body("{\"time\":" + time + "}"));
            assertThat(accepted(PARTNER, Sent.body("{\"time\":" + time + "}"))).hasSize(1);
        }
    }

    /** Names of fields and headers are in each of its events. */
    @Example
    void aDeliveryThatBecomesMoreThanThereIsRoomForIsRefused() {
        String names = "\"" + "n".repeat(190) + "\",";
        String body = "{\"modified_fields\":[" + names.repeat(100) + "\"n\"],\"data\":[" + "{},".repeat(9_999) + "{}]}";
        assertThat(body.length()).isLessThan(60_000);

        assertThatThrownBy(() -> accepted(ZOHO, Sent.body(body)))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(413));
    }
}
