package io.alluvium.webhook.intake;

import static io.alluvium.webhook.Signatures.utf8;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;

import io.alluvium.webhook.Signatures;
import io.alluvium.webhook.StoredEvents;
import io.alluvium.webhook.TestSources;
import io.alluvium.webhook.WebhookStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(WebhookStack.class)
class WebhookIntakeIT {

    @Inject
    StoredEvents stored;

    @Inject
    Replays replays;

    private static RequestSpecification raw() {
        return given().config(RestAssured.config()
                .encoderConfig(
                        EncoderConfig.encoderConfig().appendDefaultContentCharsetToContentTypeIfUndefined(false)));
    }

    private static ValidatableResponse zoho(String id, byte[] body) {
        return raw().header("X-Zoho-Event-Id", id)
                .header("X-Zoho-Signature", Signatures.hex(TestSources.ZOHO_SECRET, body))
                .contentType("application/json")
                .body(body)
                .post("/webhooks/zoho")
                .then();
    }

    private static ValidatableResponse zoho(String id, String body) {
        return zoho(id, utf8(body));
    }

    private static String id() {
        return UUID.randomUUID().toString();
    }

    /** A body that no other test sends. */
    private static String body() {
        return "{\"operation\":\"update\",\"data\":{\"id\":\"" + id() + "\"}}";
    }

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

        stored.await("zoho", id + "#1");
        stored.await("zoho", id + "#10000");
        assertThat(stored.column("record_id", "zoho", id + "#10000")).isEqualTo("many-9999");
        assertThat(stored.text("SELECT count(*) FROM webhook_events WHERE event_id LIKE ?", id + "#%"))
                .isEqualTo("10000");
        zoho(id, "{\"data\":[" + records + "]}").statusCode(200).body("status", equalTo("duplicate"));
    }

    @Test
    void aRepeatedDeliveryIsADuplicateAndStoredOnce() {
        String id = id();
        zoho(id, body()).statusCode(200).body("status", equalTo("accepted"));

        zoho(id, body())
                .statusCode(200)
                .body("status", equalTo("duplicate"))
                .body("event_id", equalTo(id))
                .body("message", equalTo("Event already processed"))
                .body("queued", equalTo(false));

        stored.await("zoho", id);
    }

    @Test
    void theSameBodyUnderAnotherIdIsADuplicate() {
        String id = id();
        String body = body();
        zoho(id, body).statusCode(200).body("status", equalTo("accepted"));

        zoho(id(), body).statusCode(200).body("status", equalTo("duplicate")).body("event_id", equalTo(id));
    }

    @Test
    void aDeliveryWithoutAnIdGetsOneAndIsKnownByItsBody() {
        byte[] body = utf8(body());
        String id = raw().header("X-Zoho-Signature", Signatures.hex(TestSources.ZOHO_SECRET, body))
                .body(body)
                .post("/webhooks/zoho")
                .then()
                .statusCode(200)
                .body("status", equalTo("accepted"))
                .extract()
                .path("event_id");

        stored.await("zoho", id);
        raw().header("X-Zoho-Signature", Signatures.hex(TestSources.ZOHO_SECRET, body))
                .body(body)
                .post("/webhooks/zoho")
                .then()
                .body("status", equalTo("duplicate"))
                .body("event_id", equalTo(id));
    }

    /** As another process, or this one before it was started anew, would have accepted them. */
    @Test
    void whatThisProcessDoesNotRememberIsFoundInTheTable() {
        String id = id();
        String body = body();
        zoho(id, body).body("status", equalTo("accepted"));
        String several = id();
        String two = "{\"data\":[{\"id\":\"" + id() + "\"},{\"id\":\"2\"}]}";
        zoho(several, two).body("status", equalTo("accepted"));
        stored.await("zoho", id);
        stored.await("zoho", several + "#2");
        replays.forget();

        zoho(id, body()).body("status", equalTo("duplicate"));
        replays.forget();
        zoho(id(), body).body("status", equalTo("duplicate")).body("event_id", equalTo(id));
        zoho(id(), two).body("status", equalTo("duplicate")).body("event_id", equalTo(several));
    }

    /** Of a delivery that was answered with an error some events may be in the table: the sender has to bring the rest. */
    @Test
    void aDeliveryOfWhichOnlySomeEventsAreStoredIsNoDuplicate() {
        String id = id();
        zoho(id, "{\"data\":[{\"id\":\"" + id() + "\"},{\"id\":\"2\"}]}").body("status", equalTo("accepted"));
        stored.await("zoho", id + "#2");
        replays.forget();

        zoho(id, "{\"data\":[{\"id\":\"1\"},{\"id\":\"2\"},{\"id\":\"" + id() + "\"}]}")
                .body("status", equalTo("accepted"));

        stored.await("zoho", id + "#3");
        assertThat(stored.column("record_id", "zoho", id + "#1")).isNotEqualTo("1");
    }

    @Test
    void theSameDeliveryManyTimesAtOnceIsAcceptedOnce() {
        String body = body();

        long accepted = IntStream.range(0, 20)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> zoho(id(), body).statusCode(200).extract().<String>path("status")))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .filter("accepted"::equals)
                .count();

        assertThat(accepted).isEqualTo(1);
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
    void aTimeOutsideOfTheToleranceIsRefused() {
        for (long age : new long[] {-400, 400}) {
            long time = Instant.now().getEpochSecond() - age;
            stripe("evt_" + id(), time).statusCode(401);
        }
        stripe("evt_" + id(), Instant.now().getEpochSecond()).statusCode(200);
    }

    private static ValidatableResponse stripe(String id, long time) {
        byte[] body = utf8("{\"id\":\"" + id + "\",\"type\":\"ping\"}");
        String signature = Signatures.hex(TestSources.STRIPE_SECRET, utf8(time + "."), body);
        return raw().header("Stripe-Signature", "t=" + time + ",v1=" + signature)
                .body(body)
                .post("/webhooks/stripe")
                .then();
    }

    @Test
    void aSignedIdIsADuplicateWhateverTheRest() {
        String id = "evt_" + id();
        stripe(id, Instant.now().getEpochSecond()).body("status", equalTo("accepted"));

        stripe(id, Instant.now().getEpochSecond() - 1).body("status", equalTo("duplicate"));
        stored.await("stripe", id);
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
    void aBodyOfTheBoundIsTakenAndOneByteMoreIsNot() {
        String id = id();
        String start = "{\"data\":{\"id\":\"" + id + "\",\"x\":\"";
        String largest = start + "x".repeat((1 << 20) - start.length() - 3) + "\"}}";
        assertThat(largest.length()).isEqualTo(1 << 20);

        zoho(id, largest).statusCode(200);
        zoho(id(), largest + " ").statusCode(413).body("detail", containsString("1048576 bytes"));
        zoho(id(), new byte[17 << 20]).statusCode(413).contentType("application/problem+json");
        stored.await("zoho", id);
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
        zoho("x".repeat(291), body()).statusCode(400).body("detail", containsString("event id"));
        zoho("x".repeat(5000), body()).statusCode(400);
        String longest = id() + "x".repeat(290 - 36);
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
    @TestSecurity(user = "kim", roles = "operator")
    void anOperatorIsToldWhereADeliveryFails() {
        byte[] body = utf8("{\"data\":{\"id\":\"1\"}}");
        String right = Signatures.hex(TestSources.ZOHO_SECRET, body);

        verify(right, body).body("genuine", equalTo(true)).body("acceptable", equalTo(true));
        String told = verify("0".repeat(64), body)
                .body("genuine", equalTo(false))
                .body("steps.find { it.step == 'signature' }.passed", equalTo(false))
                .extract()
                .asString();
        assertThat(told).doesNotContain(right).doesNotContain(TestSources.ZOHO_SECRET);
        verify(right, utf8("{\"data\":{\"id\":\"1\"}}\n"))
                .body("steps.find { it.step == 'signature' }.detail", containsString("last line break"));
        raw().header("Delivery-Authorization", "Bearer " + TestSources.PARTNER_TOKEN)
                .body("{}")
                .post("/webhooks/partner/verify")
                .then()
                .statusCode(200)
                .body("genuine", equalTo(true));
    }

    private static ValidatableResponse verify(String signature, byte[] body) {
        return raw().header("X-Zoho-Signature", signature)
                .body(body)
                .post("/webhooks/zoho/verify")
                .then()
                .statusCode(200);
    }

    @Test
    @TestSecurity(user = "kim", roles = "reader")
    void aReaderMayLookButNotVerify() {
        raw().body("{}").post("/webhooks/zoho/verify").then().statusCode(403);
        raw().get("/webhooks/health")
                .then()
                .statusCode(200)
                .body("status", equalTo("healthy"))
                .body("redis_connected", equalTo(true))
                .body("queue_size", equalTo(0))
                .body("queue_capacity", equalTo(1 << 30))
                .body("queue_utilization", equalTo("0.0%"))
                .body("timestamp", notNullValue());
        raw().get("/webhooks/metrics")
                .then()
                .statusCode(200)
                .body("total_events", notNullValue())
                .body("current_queue_size", equalTo(0))
                .body("deduplication_rate", matchesPattern("[0-9.]+%"));
    }

    @Test
    @TestSecurity(user = "kim", roles = "reader")
    void theCountersTellWhatBecameOfDeliveries() {
        IntakeFigures before = IntakeFigures.read();
        String id = id();
        zoho(id, body()).statusCode(200);
        zoho(id, body()).statusCode(200);
        zoho(id(), "hello").statusCode(400);
        raw().body("{}").post("/webhooks/zoho").then().statusCode(401);

        assertThat(IntakeFigures.read().minus(before)).isEqualTo(new IntakeFigures(4, 3, 1, 1, 1, 1));
        raw().get("/webhooks/metrics").then().body("verified_events", greaterThan(0));
    }

    private record IntakeFigures(int total, int verified, int rejected, int duplicated, int queued, int failed) {

        static IntakeFigures read() {
            var figures = raw().get("/webhooks/metrics").then().extract().jsonPath();
            return new IntakeFigures(
                    figures.getInt("total_events"),
                    figures.getInt("verified_events"),
                    figures.getInt("rejected_events"),
                    figures.getInt("duplicated_events"),
                    figures.getInt("queued_events"),
                    figures.getInt("failed_events"));
        }

        IntakeFigures minus(IntakeFigures other) {
            return new IntakeFigures(
                    total - other.total,
                    verified - other.verified,
                    rejected - other.rejected,
                    duplicated - other.duplicated,
                    queued - other.queued,
                    failed - other.failed);
        }
    }

    @Test
    @TestSecurity
    void nobodyMaySeeHowIntakeDoes() {
        raw().get("/webhooks/metrics").then().statusCode(401);
    }
}
