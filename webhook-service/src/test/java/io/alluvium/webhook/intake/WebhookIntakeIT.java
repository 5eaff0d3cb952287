package io.alluvium.webhook.intake;

import static io.alluvium.webhook.Signatures.utf8;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.alluvium.webhook.Signatures;
import io.alluvium.webhook.StoredEvents;
import io.alluvium.webhook.TestSources;
import io.alluvium.webhook.WebhookStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(WebhookStack.class)
class WebhookIntakeIT {

    @Inject
    StoredEvents stored;

    private static ValidatableResponse zoho(String id, String body) {
        return given().header("X-Zoho-Event-Id", id)
                .header("X-Zoho-Signature", Signatures.hex(TestSources.ZOHO_SECRET, utf8(body)))
                .contentType("application/json")
                .body(utf8(body))
                .post("/webhooks/zoho")
                .then();
    }

    @Test
    void aWebhookOfZohoIsAcceptedAndStored() {
        String id = UUID.randomUUID().toString();

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
        assertThat(stored.column("status", "zoho", id)).isEqualTo("pending");
        assertThat(stored.column("headers", "zoho", id))
                .contains("\"x-zoho-event-id\":\"" + id + "\"")
                .doesNotContainIgnoringCase("signature");
    }
}
