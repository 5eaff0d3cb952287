package io.alluvium.webhook.delivery;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;

import io.alluvium.webhook.WebhookStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be asked for, and by whom. */
@QuarkusTest
@QuarkusTestResource(WebhookStack.class)
@TestSecurity(
        user = "olga",
        roles = {"reader", "operator"})
class DeliveryRefusalsIT {

    private static final String EVENTS = "/api/webhooks/events";
    private static final String LETTERS = "/api/webhooks/dead-letters";

    @ParameterizedTest(name = "{0}?{1}={2}")
    @CsvSource({
        "events, status, lost, 422, must be one of",
        "events, record_id, 5, 422, needs source",
        "events, event_id, 5, 422, needs source",
        "events, source, '', 422, must not be empty",
        "events, limit, 201, 422, from 1 to 200",
        "events, cursor, AAAA, 400, is not a cursor",
        "events, from, yesterday, 422, must be a time",
        "events, sauce, x, 400, is not a known parameter",
        "dead-letters, status, completed, 422, must be dead_letter or failed",
        "statistics, from, 2020-01-01T00:00:00Z, 422, at most 366 days",
        "statistics, from, 2100-01-01T00:00:00Z, 422, must not be after to"
    })
    void aWrongParameterIsNamed(String list, String name, String value, int status, String message) {
        given().queryParam(name, value)
                .get("/api/webhooks/" + list)
                .then()
                .statusCode(status)
                .contentType("application/problem+json")
                .body("errors.field", hasItem(name))
                .body("errors.message", hasItem(containsString(message)));
    }

    @ParameterizedTest(name = "reprocess?{0}={1}")
    @CsvSource({
        "dry_run, yes, must be true or false",
        "status, pending, must be dead_letter or failed",
        "record_id, 5, needs one source",
        "limit, 10001, from 1 to 10000",
        "to, never, must be a time"
    })
    void aWrongReprocessIsRefused(String name, String value, String message) {
        given().queryParam(name, value)
                .post(LETTERS + "/reprocess")
                .then()
                .statusCode(422)
                .body("errors.field", hasItem(name))
                .body("errors.message", hasItem(containsString(message)));
    }

    @Test
    void anEventThatIsNotThereIsNotFound() {
        UUID nobody = new UUID(1, 2);

        given().get(EVENTS + "/" + nobody).then().statusCode(404);
        given().post(LETTERS + "/" + nobody + "/reprocess").then().statusCode(404);
        given().delete(LETTERS + "/" + nobody).then().statusCode(404);
    }

    @Test
    @TestSecurity(user = "rita", roles = "reader")
    void aReaderMayOnlyRead() {
        given().get(LETTERS).then().statusCode(200);
        given().post(LETTERS + "/reprocess").then().statusCode(403);
        given().delete(LETTERS + "/" + new UUID(1, 2)).then().statusCode(403);
    }

    @Test
    @TestSecurity(user = "emil", roles = "emitter")
    void anEmitterMayNotEvenRead() {
        for (String path : List.of("/events", "/dead-letters", "/statistics", "/delivery/metrics")) {
            given().get("/api/webhooks" + path).then().statusCode(403);
        }
    }
}
