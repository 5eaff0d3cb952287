package io.alluvium.webhook.intake;

import static io.alluvium.webhook.Signatures.utf8;
import static io.alluvium.webhook.intake.Requests.body;
import static io.alluvium.webhook.intake.Requests.id;
import static io.alluvium.webhook.intake.Requests.raw;
import static io.alluvium.webhook.intake.Requests.zoho;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.notNullValue;

import io.alluvium.webhook.Signatures;
import io.alluvium.webhook.TestSources;
import io.alluvium.webhook.WebhookStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(WebhookStack.class)
class IntakeStatusIT {

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
        String body = body();
        zoho(id, body).statusCode(200);
        zoho(id, body).statusCode(200);
        zoho(id(), "hello").statusCode(400);
        raw().body("{}").post("/webhooks/zoho").then().statusCode(401);
        raw().body("{}").post("/webhooks/nobody").then().statusCode(404);

        IntakeFigures since = IntakeFigures.read().minus(before);
        assertThat(since).isEqualTo(new IntakeFigures(4, 3, 1, 1, 1, 1));
        assertThat(since.total()).isEqualTo(since.rejected() + since.duplicated() + since.queued() + since.failed());
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
