package io.alluvium.webhook.delivery;

import static io.alluvium.webhook.delivery.HttpDestinations.EVENT;
import static io.alluvium.webhook.delivery.HttpDestinations.SECRET;
import static io.alluvium.webhook.delivery.HttpDestinations.assertFailed;
import static io.alluvium.webhook.delivery.HttpDestinations.deliver;
import static io.alluvium.webhook.delivery.HttpDestinations.destination;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Destinations as they are: most of them answer. */
class HttpDestinationIT {

    private static Answer deliverTo(Receiver receiver) throws Exception {
        String url = "http://127.0.0.1:" + receiver.port() + "/hook?a=b%20c";
        try (HttpDestination destination = destination(url, true, InetAddress::getAllByName)) {
            return deliver(destination);
        }
    }

    @Test
    void whatIsSentIsAStandardWebhook() throws Exception {
        try (Receiver receiver = Receiver.answering("200 OK")) {
            assertThat(deliverTo(receiver)).isEqualTo(new Answer.Delivered(200, null));
            assertThat(deliverTo(receiver)).isEqualTo(new Answer.Delivered(200, null));

            Receiver.Request request = receiver.requests().get(0);
            assertThat(request.line()).isEqualTo("POST /hook?a=b%20c HTTP/1.1");
            String id = request.headers().get("webhook-id");
            assertThat(id).isEqualTo(EVENT.id() + "-crm");
            assertThat(receiver.requests().get(1).headers()).containsEntry("webhook-id", id);
            long age = System.currentTimeMillis() / 1000
                    - Long.parseLong(request.headers().get("webhook-timestamp"));
            assertThat(age).isBetween(0L, 5L);
            assertThat(request.headers().get("webhook-signature")).isEqualTo(signature(request));
            JsonNode body = new ObjectMapper().readTree(request.body());
            assertThat(body.path("type").asText()).isEqualTo("alluvium.webhook.received.v1");
            assertThat(body.path("timestamp").asText()).isEqualTo("2026-05-01T10:00:00Z");
            assertThat(body.at("/data/record_id").asText()).isEqualTo("42");
            assertThat(request.body()).contains("\"record_data\":" + EVENT.recordData());
        }
    }

    private static String signature(Receiver.Request request) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(SECRET.substring(6)), "HmacSHA256"));
        String signed = request.headers().get("webhook-id") + "."
                + request.headers().get("webhook-timestamp") + "." + request.body();
        return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 410, 422})
    void anEventThatIsNotWantedIsNotSentAgain(int status) throws Exception {
        try (Receiver receiver = Receiver.answering(status + " No")) {
            assertThat(deliverTo(receiver)).isEqualTo(new Answer.Refused("answered " + status, status));
        }
    }

    @ParameterizedTest
    @CsvSource({"500, true", "503, true", "429, true", "408, true", "400, false", "401, false", "304, false"})
    void otherAnswersAreFailures(int status, boolean down) throws Exception {
        try (Receiver receiver = Receiver.answering(status + " No", "retry-after: 120\r\n")) {
            assertThat(deliverTo(receiver))
                    .isEqualTo(new Answer.Failed("answered " + status, status, down, Duration.ofSeconds(120)));
        }
    }

    @Test
    void aDestinationThatHangsIsGivenUp() throws Exception {
        try (Receiver receiver = new Receiver((request, out) -> {
            Thread.sleep(60_000);
            return false;
        })) {
            assertFailed(deliverTo(receiver), "no answer within 800 ms");
        }
    }

    @Test
    void anAnswerThatTricklesIsGivenUp() throws Exception {
        try (Receiver receiver = new Receiver((request, out) -> {
            out.write("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n".getBytes(ISO_8859_1));
            for (int i = 0; i < 1000; i++) {
                out.write('x');
                out.flush();
                Thread.sleep(50);
            }
            return false;
        })) {
            assertFailed(deliverTo(receiver), "no answer within 800 ms");
        }
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        try (Receiver inside = Receiver.answering("200 OK");
                Receiver receiver = Receiver.answering(
                        "302 Found", "location: http://127.0.0.1:" + inside.port() + "/secret\r\n")) {
            assertFailed(deliverTo(receiver), "answered 302: redirects are not followed");
            assertThat(inside.connections()).isZero();
        }
    }

    @Test
    void ofTenGigabytesOnlyTheBeginningIsRead() throws Exception {
        AtomicLong sent = new AtomicLong();
        AtomicInteger ended = new AtomicInteger();
        try (Receiver receiver = new Receiver((request, out) -> {
            out.write("HTTP/1.1 200 OK\r\ncontent-length: 10000000000\r\n\r\n".getBytes(ISO_8859_1));
            byte[] part = new byte[64 * 1024];
            try {
                while (sent.get() < 10_000_000_000L) {
                    out.write(part);
                    sent.addAndGet(part.length);
                }
            } finally {
                ended.set(1);
            }
            return false;
        })) {
            assertThat(deliverTo(receiver)).isEqualTo(new Answer.Delivered(200, null));
            await("the connection is closed").untilAtomic(ended, org.hamcrest.Matchers.is(1));
            assertThat(sent.get()).isLessThan(50_000_000);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\ntoo short",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n",
                "HTTP/1.1 200",
                "SSH-2.0-OpenSSH_9.2\r\n\r\n",
                "\u0000\u0001\u0002\r\n\r\n"
            })
    void aConnectionThatClosesEarlyIsAFailure(String answer) throws Exception {
        try (Receiver receiver = new Receiver((request, out) -> {
            out.write(answer.getBytes(ISO_8859_1));
            return false;
        })) {
            assertFailed(deliverTo(receiver), "the connection failed");
        }
    }

    @Test
    void headersWithoutEndAreAFailure() throws Exception {
        AtomicLong sent = new AtomicLong();
        try (Receiver receiver = new Receiver((request, out) -> {
            out.write("HTTP/1.1 200 OK\r\n".getBytes(ISO_8859_1));
            for (int i = 0; i < 1_000_000; i++) {
                out.write(("x-" + i + ": " + "y".repeat(100) + "\r\n").getBytes(ISO_8859_1));
                sent.addAndGet(100);
            }
            return false;
        })) {
            assertFailed(deliverTo(receiver), "the connection failed");
            assertThat(sent.get()).isLessThan(50_000_000);
        }
    }

    @Test
    void nobodyThereIsAFailure() throws Exception {
        int port;
        try (ServerSocket gone = new ServerSocket(0)) {
            port = gone.getLocalPort();
        }
        try (HttpDestination destination = destination("http://127.0.0.1:" + port, true, InetAddress::getAllByName)) {
            assertFailed(deliver(destination), "no connection");
        }
    }
}
