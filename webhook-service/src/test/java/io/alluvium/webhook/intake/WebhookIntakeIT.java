package io.alluvium.webhook.intake;

import static io.alluvium.webhook.Signatures.utf8;
import static io.alluvium.webhook.intake.Requests.body;
import static io.alluvium.webhook.intake.Requests.id;
import static io.alluvium.webhook.intake.Requests.raw;
import static io.alluvium.webhook.intake.Requests.stripe;
import static io.alluvium.webhook.intake.Requests.zoho;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;

import io.alluvium.webhook.Signatures;
import io.alluvium.webhook.StoredEvents;
import io.alluvium.webhook.TestSources;
import io.alluvium.webhook.WebhookStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(WebhookStack.class)
class WebhookIntakeIT {

    @Inject
    StoredEvents stored;

    @Test
    void aWebhookOfZohoIsAcceptedAndStored() {
        String id = id();

        zoho(
                        id,
                        """
                        {"operation":"UPDATE","module":"Deals","data":{"id":"4711","Amount":1.10},
                         "modified_fields":["Amount"],"user":{"id":"u-1"}}
                        """)
                .statusCode(200)
                .body("status", equalTo("accepted"))
                .body("event_id", equalTo(id))
                .body("message", equalTo("Event queued for processing"))
                .body("queued", equalTo(true));

        stored.await("zoho", id);
        assertThat(stored.column("event_type", "zoho", id)).isEqualTo("update");
        assertThat(stored.column("module", "zoho", id)).isEqualTo("Deals");
        assertThat(stored.column("record_id", "zoho", id)).isEqualTo("4711");
        assertThat(stored.column("record_data", "zoho", id)).isEqualTo("{\"id\":\"4711\",\"Amount\":1.10}");
        assertThat(stored.column("modified_fields", "zoho", id)).isEqualTo("[\"Amount\"]");
        assertThat(stored.column("user_id", "zoho", id)).isEqualTo("u-1");
        assertThat(stored.column("order_key", "zoho", id)).isEqualTo("zoho:4711");
        assertThat(stored.column("headers", "zoho", id))
                .contains("\"x-zoho-event-id\":\"" + id + "\"")
                .doesNotContainIgnoringCase("signature");
    }

    @Test
    void everyRecordOfAPayloadBecomesAnEvent() {
        String id = id();
        String records = IntStream.range(0, 10_000)
                .mapToObj(i -> "{\"id\":\"many-" + i + "\"}")
                .collect(Collectors.joining(","));

        zoho(id, "{\"data\":[" + records + "]}").statusCode(200).body("event_id", equalTo(id));

        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                        stored.text("SELECT count(*) FROM webhook_events WHERE event_id LIKE ?", id + "#%"))
                .isEqualTo("10000"));
        assertThat(stored.column("record_id", "zoho", id + "#1")).isEqualTo("many-0");
        assertThat(stored.column("record_id", "zoho", id + "#10000")).isEqualTo("many-9999");
        zoho(id, "{\"data\":[" + records + "]}").statusCode(200).body("status", equalTo("duplicate"));
    }

    @Test
    void aDeliveryThatIsNotGenuineIsRefusedWithoutAHint() {
        byte[] body = utf8(body());
        String right = Signatures.hex(TestSources.ZOHO_SECRET, body);
        for (String wrong : new String[] {"", right.substring(1), right.toUpperCase(Locale.ROOT), "0".repeat(64)}) {
            raw().header("X-Zoho-Signature", wrong)
                    .body(body)
                    .post("/webhooks/zoho")
                    .then()
                    .statusCode(401)
                    .contentType("application/problem+json")
                    .body("detail", equalTo("Invalid webhook signature"))
                    .body("$", not(hasKey("errors")));
        }
        raw().body(body).post("/webhooks/zoho").then().statusCode(401);
        raw().header("X-Zoho-Signature", right, right)
                .body(body)
                .post("/webhooks/zoho")
                .then()
                .statusCode(401);
        byte[] changed = body.clone();
        changed[changed.length - 3] ^= 1;
        raw().header("X-Zoho-Signature", right)
                .body(changed)
                .post("/webhooks/zoho")
                .then()
                .statusCode(401);
    }

    @Test
    void aCompressedBodyIsVerifiedAsItCameAndReadAsItWas() throws IOException {
        String id = id();
        byte[] packed = CompressionTest.gzip(utf8("{\"data\":{\"id\":\"" + id + "\"}}"));

        compressed(id, packed).statusCode(200).body("status", equalTo("accepted"));

        stored.await("zoho", id);
        assertThat(stored.column("record_id", "zoho", id)).isEqualTo(id);
        compressed(id(), utf8("not gzip " + id())).statusCode(400).body("detail", containsString("Content-Encoding"));
        compressed(id(), CompressionTest.gzip(new byte[2_000_000])).statusCode(413);
    }

    private static ValidatableResponse compressed(String id, byte[] body) {
        return raw().header("X-Zoho-Event-Id", id)
                .header("X-Zoho-Signature", Signatures.hex(TestSources.ZOHO_SECRET, body))
                .header("Content-Encoding", "gzip")
                .body(body)
                .post("/webhooks/zoho")
                .then();
    }

    @Test
    void aBodyOfTheBoundIsTakenAndOneByteMoreIsNot() throws Exception {
        String id = id();
        String start = "{\"data\":{\"id\":\"" + id + "\",\"x\":\"";
        String largest = start + "x".repeat((1 << 20) - start.length() - 3) + "\"}}";
        assertThat(largest.length()).isEqualTo(1 << 20);

        zoho(id, largest).statusCode(200);
        zoho(id(), largest + " ").statusCode(413).body("detail", containsString("1048576 bytes"));
        assertThat(chunked(utf8(largest + " "))).isEqualTo(413);
        zoho(id(), new byte[17 << 20]).statusCode(413).contentType("application/problem+json");
        stored.await("zoho", id);
    }

    /** Without a length that anybody could look at before. */
    private static int chunked(byte[] body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + RestAssured.port + "/webhooks/zoho"))
                .header("X-Zoho-Event-Id", id())
                .header("X-Zoho-Signature", Signatures.hex(TestSources.ZOHO_SECRET, body))
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void whatIsNoPayloadOfTheSourceIsRefusedWithItsField() {
        zoho(id(), "").statusCode(400).body("detail", equalTo("Invalid JSON payload: it is empty"));
        zoho(id(), "hello").statusCode(400).body("detail", containsString("Invalid JSON payload: not JSON"));
        zoho(id(), "[]").statusCode(400).body("detail", containsString("must be a JSON object"));
        zoho(id(), "{\"data\":{},\"module\":\"Leads\"}")
                .statusCode(400)
                .body("errors[0].field", equalTo("module"))
                .body("detail", containsString("Accounts, Contacts, Deals, Tasks, Notes, Activities"));
        zoho(id(), "{\"data\":{},\"operation\":\"merge\"}")
                .statusCode(400)
                .body("errors[0].field", equalTo("operation"))
                .body("detail", containsString("create, update, delete, restore"));
        String records = "{},".repeat(10_000) + "{}";
        zoho(id(), "{\"data\":[" + records + "]}").statusCode(413).body("detail", containsString("10000 records"));
    }

    @Test
    void anEventIdThatNoColumnHoldsIsRefused() {
        zoho("x".repeat(281), body()).statusCode(400).body("detail", containsString("event id"));
        zoho("x".repeat(10_240), body()).statusCode(400).body("detail", containsString("event id"));
        String longest = id() + "x".repeat(280 - 36);
        zoho(longest, body()).statusCode(200);
        stored.await("zoho", longest);
    }

    @Test
    void aSourceThatIsNotThereIsNotFound() {
        raw().body("{}").post("/webhooks/nobody").then().statusCode(404).contentType("application/problem+json");
        raw().body("{}").post("/webhooks/zoho?dry_run=true").then().statusCode(400);
        raw().get("/webhooks/zoho").then().statusCode(405);
    }

    @Test
    void aBearerTokenOfASourceIsNoTokenOfOurs() {
        String id = id();
        raw().header("Authorization", "Bearer " + TestSources.PARTNER_TOKEN)
                .header("X-Event-Id", id)
                .body("{\"type\":\"order\",\"n\":1}")
                .post("/webhooks/partner")
                .then()
                .statusCode(200);

        stored.await("partner", id);
        assertThat(stored.column("headers", "partner", id)).doesNotContain(TestSources.PARTNER_TOKEN);
        assertThat(stored.column("event_type", "partner", id)).isEqualTo("order");
        assertThat(stored.column("order_key", "partner", id)).isEqualTo("partner:" + id);
    }

    @Test
    void aTimeOutsideOfTheToleranceIsRefused() {
        for (long age : new long[] {-400, 400}) {
            long time = Instant.now().getEpochSecond() - age;
            stripe("evt_" + id(), time).statusCode(401);
        }
        stripe("evt_" + id(), Instant.now().getEpochSecond()).statusCode(200);
    }
}
