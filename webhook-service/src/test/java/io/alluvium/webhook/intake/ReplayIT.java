package io.alluvium.webhook.intake;

import static io.alluvium.webhook.Signatures.utf8;
import static io.alluvium.webhook.intake.Requests.body;
import static io.alluvium.webhook.intake.Requests.id;
import static io.alluvium.webhook.intake.Requests.raw;
import static io.alluvium.webhook.intake.Requests.stripe;
import static io.alluvium.webhook.intake.Requests.zoho;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import io.alluvium.webhook.Signatures;
import io.alluvium.webhook.StoredEvents;
import io.alluvium.webhook.TestSources;
import io.alluvium.webhook.WebhookStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
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
        String body = body();
        zoho(id, body).statusCode(200).body("status", equalTo("accepted"));

        zoho(id, body)
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

    /** What a header says is not in the hash of the body. */
    @Test
    void theSameBodyAsTwoKindsOfEventIsTwoEvents() {
        String body = "{\"repository\":{\"id\":\"" + id() + "\"}}";
        for (String event : List.of("push", "create", "delete")) {
            String id = id();
            github(id, event, body).body("status", equalTo("accepted"));
            stored.await("github", id);
            assertThat(stored.column("event_type", "github", id)).isEqualTo(event);
        }

        github(id(), "delete", body).body("status", equalTo("duplicate"));
        replays.forget();
        github(id(), "delete", body).body("status", equalTo("duplicate"));
    }

    /** The second time its record is like that again is no replay of the first. */
    @Test
    void aRecordThatGoesFromAToBAndBackIsThreeEvents() {
        for (boolean remembers : new boolean[] {true, false}) {
            String record = id();
            for (String state : List.of("A", "B", "A")) {
                String id = id();
                zoho(id, "{\"data\":{\"id\":\"" + record + "\",\"state\":\"" + state + "\"}}")
                        .body("status", equalTo("accepted"))
                        .body("event_id", equalTo(id));
                if (!remembers) {
                    stored.await("zoho", id);
                    replays.forget();
                }
            }
        }
    }

    /** Or whoever has caught a delivery could send it under the id of one to come, which would then be taken for known. */
    @Test
    void anIdThatAnotherDeliveryHasIsNoReasonToDropOne() {
        for (boolean remembers : new boolean[] {true, false}) {
            String id = id();
            String body = body();
            zoho(id, body()).body("event_id", equalTo(id));
            stored.await("zoho", id);
            if (!remembers) {
                replays.forget();
            }

            String apart = zoho(id, body)
                    .body("status", equalTo("accepted"))
                    .body("event_id", startsWith(id + "~"))
                    .extract()
                    .path("event_id");

            stored.await("zoho", apart);
            if (!remembers) {
                replays.forget();
            }
            zoho(id, body).body("status", equalTo("duplicate")).body("event_id", equalTo(apart));
        }
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

        zoho(id, body).body("status", equalTo("duplicate"));
        replays.forget();
        zoho(id(), body).body("status", equalTo("duplicate")).body("event_id", equalTo(id));
        zoho(id(), two).body("status", equalTo("duplicate")).body("event_id", equalTo(several));
    }

    /** Of a delivery that was answered with an error some events may be in the table: the sender has to bring the rest. */
    @Test
    void aDeliveryOfWhichOnlySomeEventsAreStoredIsNoDuplicate() {
        String id = id();
        String body = "{\"data\":[{\"id\":\"" + id() + "\"},{\"id\":\"2\"}]}";
        zoho(id, body).body("status", equalTo("accepted"));
        stored.await("zoho", id + "#1");
        stored.await("zoho", id + "#2");
        stored.text("DELETE FROM webhook_events WHERE source = ? AND event_id = ? RETURNING id", "zoho", id + "#2");
        replays.forget();

        zoho(id, body).body("status", equalTo("accepted"));

        stored.await("zoho", id + "#2");
        assertThat(stored.count("zoho", id + "#1")).isEqualTo(1);
    }

    @Test
    void anElementThatWasThereBeforeDoesNotHideTheOthers() {
        String old = id();
        String fresh = id();
        stripeArray("[{\"id\":\"" + old + "\"},{\"id\":\"" + id() + "\"}]").body("status", equalTo("accepted"));

        stripeArray("[{\"id\":\"" + old + "\"},{\"id\":\"" + fresh + "\"}]").body("status", equalTo("accepted"));

        stored.await("stripe", fresh);
        assertThat(stored.count("stripe", old)).isEqualTo(1);
    }

    private static ValidatableResponse stripeArray(String text) {
        byte[] body = utf8(text);
        long time = Instant.now().getEpochSecond();
        return raw().header(
                        "Stripe-Signature",
                        "t=" + time + ",v1=" + Signatures.hex(TestSources.STRIPE_SECRET, utf8(time + "."), body))
                .body(body)
                .post("/webhooks/stripe")
                .then()
                .statusCode(200);
    }

    private static ValidatableResponse github(String id, String event, String text) {
        byte[] body = utf8(text);
        return raw().header("X-GitHub-Delivery", id)
                .header("X-GitHub-Event", event)
                .header("X-Hub-Signature-256", "sha256=" + Signatures.hex(TestSources.GITHUB_SECRET, body))
                .body(body)
                .post("/webhooks/github")
                .then()
                .statusCode(200);
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
