package io.alluvium.webhook.delivery;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;

import io.agroal.api.AgroalDataSource;
import io.alluvium.webhook.Storage;
import io.alluvium.webhook.TestRoutes;
import io.alluvium.webhook.WebhookStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/** From a stored event to its destination, and what can be asked and done about it. */
@QuarkusTest
@QuarkusTestResource(WebhookStack.class)
@TestSecurity(
        user = "olga",
        roles = {"reader", "operator"})
class DeliveryIT {

    private static final String EVENTS = "/api/webhooks/events";
    private static final String LETTERS = "/api/webhooks/dead-letters";

    @Inject
    AgroalDataSource dataSource;

    @Inject
    CountFold fold;

    private void store(String record, int events) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            Storage.store(connection, "dl-hook", record, events);
        }
    }

    private static RequestSpecification of(String record) {
        return given().queryParam("source", "dl-hook").queryParam("record_id", record);
    }

    private static List<String> idsOf(String record, String status) {
        return of(record)
                .queryParam("status", status)
                .get(EVENTS)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getList("items.id");
    }

    private static List<String> awaitAll(String record, String status, int events) {
        await(record + " is " + status).until(() -> idsOf(record, status).size() == events);
        return idsOf(record, status);
    }

    private static String url(String path) {
        return "http://localhost:" + ConfigProvider.getConfig().getValue("quarkus.management.test-port", int.class)
                + path;
    }

    @Test
    void anEventIsDeliveredAndEverythingAboutItCanBeAsked() throws SQLException {
        store("told", 2);
        List<String> ids = awaitAll("told", "completed", 2);

        given().get(EVENTS + "/" + ids.get(0))
                .then()
                .statusCode(200)
                .body("status", equalTo("completed"))
                .body("attempts", equalTo(1))
                .body("source", equalTo("dl-hook"))
                .body("record_data.n", equalTo(1))
                .body("kafka.topic", equalTo("webhook.received"))
                .body("kafka.offset", equalTo(2))
                .body("order_key", equalTo("dl-hook:told"))
                .body("processed_at", notNullValue())
                .body("history.route", contains("hook"))
                .body("history.outcome", contains("delivered"))
                .body("history.http_status", contains(200))
                .body("history.number", contains(1));
        assertThat(TestRoutes.received("\"record_id\":\"told\""))
                .extracting(TestRoutes.Received::webhookId)
                .containsExactly(ids.get(1) + "-hook", ids.get(0) + "-hook");
    }

    @Test
    void everyFilterNarrowsAndPagesFollowEachOther() throws SQLException {
        store("paged", 7);
        awaitAll("paged", "completed", 7);
        List<String> all = of("paged").get(EVENTS).jsonPath().getList("items.event_id");
        assertThat(all).hasSize(7);

        JsonPath first = of("paged").queryParam("limit", 5).get(EVENTS).jsonPath();
        JsonPath second = of("paged")
                .queryParam("limit", 5)
                .queryParam("cursor", first.getString("next_cursor"))
                .get(EVENTS)
                .jsonPath();

        assertThat(first.getList("items.event_id")).isEqualTo(all.subList(0, 5));
        assertThat(second.getList("items.event_id")).isEqualTo(all.subList(5, 7));
        assertThat(second.getString("next_cursor")).isNull();
        for (String[] filter : new String[][] {
            {"event_type", "update", "delete"},
            {"module", "Accounts", "Deals"},
            {"from", "2020-01-01T00:00:00Z", "2100-01-01T00:00:00Z"},
            {"to", "2100-01-01T00:00:00Z", "2020-01-01T00:00:00Z"},
            {"status", "completed", "pending"},
            {"event_id", all.get(0), "nobody"}
        }) {
            assertThat(of("paged")
                            .queryParam(filter[0], filter[1])
                            .get(EVENTS)
                            .jsonPath()
                            .getList("items"))
                    .as("%s=%s", filter[0], filter[1])
                    .hasSize(filter[0].equals("event_id") ? 1 : 7);
            assertThat(of("paged")
                            .queryParam(filter[0], filter[2])
                            .get(EVENTS)
                            .jsonPath()
                            .getList("items"))
                    .as("%s=%s", filter[0], filter[2])
                    .isEmpty();
        }
        // The same by the index of the source, and by that of all events.
        given().queryParam("source", "dl-hook")
                .queryParam("limit", 200)
                .get(EVENTS)
                .then()
                .body("items.event_id", hasItem(all.get(0)));
        given().queryParam("limit", 200).get(EVENTS).then().statusCode(200).body("items.size()", greaterThan(6));
    }

    @Test
    void deadLettersAreSeenAndProcessedAgain() throws SQLException {
        TestRoutes.answer("\"record_id\":\"dead\"", 500);
        store("dead", 3);
        List<String> dead = awaitAll("dead", "dead_letter", 3);
        given().get(EVENTS + "/" + dead.get(0))
                .then()
                .body("attempts", equalTo(3))
                .body("last_error", equalTo("hook: answered 500"))
                .body("history.outcome", contains("failed", "failed", "failed"))
                .body("routes.hook.state", equalTo("DEAD"));
        assertThat(of("dead").get(LETTERS).jsonPath().getList("items.id")).isEqualTo(dead);

        of("dead")
                .post(LETTERS + "/reprocess")
                .then()
                .statusCode(200)
                .body("dry_run", equalTo(true))
                .body("matching", equalTo(3))
                .body("reprocessed", equalTo(0));
        assertThat(idsOf("dead", "dead_letter")).hasSize(3);
        TestRoutes.answer("\"record_id\":\"dead\"", 204);
        given().post(LETTERS + "/" + dead.get(2) + "/reprocess")
                .then()
                .statusCode(200)
                .body("status", equalTo("pending"));
        awaitAll("dead", "completed", 1);
        String deed = of("dead")
                .queryParam("dry_run", "false")
                .queryParam("limit", 1)
                .post(LETTERS + "/reprocess")
                .then()
                .body("matching", equalTo(2))
                .body("reprocessed", equalTo(1))
                .body("remaining", equalTo(1))
                .extract()
                .path("reprocess_id");
        awaitAll("dead", "completed", 2);

        given().get(LETTERS + "/reprocessed")
                .then()
                .body("items.find { it.id == '" + deed + "' }.by_whom", equalTo("olga"))
                .body("items.find { it.id == '" + deed + "' }.events", equalTo(1))
                .body("items.find { it.id == '" + deed + "' }.filter.record_id", equalTo("dead"));
        // All of them came under the ids that they had at first.
        assertThat(TestRoutes.received("\"record_id\":\"dead\"").stream()
                        .map(TestRoutes.Received::webhookId)
                        .distinct())
                .hasSize(3);
    }

    @Test
    void aDeadLetterCanBeGivenUp() throws SQLException {
        TestRoutes.answer("\"record_id\":\"given-up\"", 410);
        store("given-up", 1);
        String id = awaitAll("given-up", "dead_letter", 1).get(0);

        given().delete(LETTERS + "/" + id).then().statusCode(200).body("status", equalTo("failed"));

        assertThat(of("given-up").get(LETTERS).jsonPath().getList("items")).isEmpty();
        assertThat(of("given-up")
                        .queryParam("status", "failed")
                        .get(LETTERS)
                        .jsonPath()
                        .getList("items"))
                .hasSize(1);
        given().delete(LETTERS + "/" + id).then().statusCode(409).body("detail", containsString("is failed"));
        TestRoutes.answer("\"record_id\":\"given-up\"", 200);
        given().post(LETTERS + "/" + id + "/reprocess").then().statusCode(200);
        awaitAll("given-up", "completed", 1);
        given().post(LETTERS + "/" + id + "/reprocess").then().statusCode(409);
    }

    @Test
    void statisticsAreTheSameBeforeAndAfterTheyAreFolded() throws SQLException {
        TestRoutes.answer("\"record_id\":\"counted-dead\"", 404);
        store("counted", 4);
        store("counted-dead", 2);
        awaitAll("counted", "completed", 4);
        awaitAll("counted-dead", "dead_letter", 2);
        fold.fold();
        store("counted", 1);
        awaitAll("counted", "completed", 5);

        JsonPath before = statistics();
        fold.fold();
        fold.fold();
        JsonPath after = statistics();

        assertThat(after.getString("totals")).isEqualTo(before.getString("totals"));
        assertThat(after.getString("groups")).isEqualTo(before.getString("groups"));
        long received = after.getLong("totals.received");
        assertThat(received).isGreaterThanOrEqualTo(7);
        assertThat(after.getLong("totals.completed")
                        + after.getLong("totals.dead_letter")
                        + after.getLong("totals.failed")
                        + after.getLong("totals.pending"))
                .isEqualTo(received);
    }

    private static JsonPath statistics() {
        return given().queryParam("source", "dl-hook")
                .get("/api/webhooks/statistics")
                .then()
                .statusCode(200)
                .body("groups_complete", equalTo(true))
                .extract()
                .jsonPath();
    }

    @Test
    void theMetricsOfTheOriginalAreThere() throws SQLException {
        store("measured", 2);
        awaitAll("measured", "completed", 2);

        JsonPath metrics = given().get("/api/webhooks/delivery/metrics").jsonPath();

        assertThat(metrics.getMap("").keySet())
                .contains(
                        "events_processed",
                        "events_succeeded",
                        "events_failed",
                        "events_retried",
                        "events_dead_letter",
                        "batches_processed",
                        "average_processing_time",
                        "last_processed",
                        "current_queue_size",
                        "dead_letter_queue_size",
                        "workers_running",
                        "processor_running",
                        "success_rate",
                        "timestamp");
        assertThat(metrics.getInt("workers_running")).isEqualTo(3);
        assertThat(metrics.getInt("events_succeeded")).isGreaterThanOrEqualTo(2);
        assertThat(metrics.getString("success_rate")).endsWith("%");
        given().get(url("/q/metrics"))
                .then()
                .body(containsString("webhook_processing_duration_bucket{"))
                .body(containsString("alluvium_delivery_attempts_total{outcome=\"delivered\",route=\"hook\"}"))
                .body(containsString("alluvium_delivery_circuit{route=\"hook\"} 0"));
        given().get(url("/q/health/well"))
                .then()
                .statusCode(200)
                .body("checks.name", hasItem("stored events are delivered"));
    }
}
