package io.alluvium.webhook.intake;

import static io.alluvium.webhook.Signatures.utf8;
import static io.alluvium.webhook.intake.Requests.body;
import static io.alluvium.webhook.intake.Requests.id;
import static io.alluvium.webhook.intake.Requests.raw;
import static io.alluvium.webhook.intake.Requests.stripe;
import static io.alluvium.webhook.intake.Requests.zoho;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.alluvium.webhook.Signatures;
import io.alluvium.webhook.StoredEvents;
import io.alluvium.webhook.TestSources;
import io.alluvium.webhook.WebhookStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(WebhookStack.class)
class ReplayIT {

    @Inject
    StoredEvents stored;

    @Inject
    Replays replays;

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
    void aSignedIdIsADuplicateWhateverTheRest() {
        String id = "evt_" + id();
        stripe(id, Instant.now().getEpochSecond()).body("status", equalTo("accepted"));

        stripe(id, Instant.now().getEpochSecond() - 1).body("status", equalTo("duplicate"));
        stored.await("stripe", id);
    }
}
