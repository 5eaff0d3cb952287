package io.alluvium.localstack;

import com.fasterxml.jackson.databind.JsonNode;
import io.alluvium.localstack.DemoEvents.Change;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/** Sends change events on every way into the audit-service and shows what became of them. */
final class AuditDemo {

    private static final String TOPIC = "audit.changes";
    private static final String TYPE = "alluvium.audit.change.v1";

    private static final int SINGLE = 20;
    private static final int ARRAY = 200;
    private static final int LINES = 500;
    private static final int DIRECT = 1_000;
    private static final int AGAIN = 30;

    private final RunOptions options;
    private final Progress progress;
    private final Api audit;
    private final DemoLedger ledger;
    private final DemoCalculations calculations;
    private final DemoEvents events = new DemoEvents();

    AuditDemo(RunOptions options, Progress progress) {
        this.options = options;
        this.progress = progress;
        this.audit = Api.of("audit-service", options);
        this.ledger = new DemoLedger(audit, TOPIC, progress);
        this.calculations = new DemoCalculations(audit);
    }

    /** @return whether each event sent is accounted for, as the right thing */
    boolean play() {
        progress.say("\nDemo of the audit-service: changes of the orders of a shop, on every way in");
        String order = sendOverHttp();
        sendToTheTopic();
        ledger.way("calculations, captured", DemoCalculations.CHANGES, 0, 0, calculations::work);
        boolean balanced = ledger.close();
        showHistory(order);
        showTimeline(calculations.timelinePath());
        return balanced;
    }

    /** @return an order that has a history */
    private String sendOverHttp() {
        List<Change> single = events.next(SINGLE);
        ledger.way(
                "HTTP, one by one",
                SINGLE,
                0,
                0,
                () -> single.forEach(change -> post("application/json", change.withId())));

        List<Change> array = events.next(ARRAY);
        ledger.way("HTTP, one array", ARRAY, 0, 0, () -> post("application/json", joined(array, ",", "[", "]")));

        String lines = joined(events.next(LINES), "\n", "", "\n");
        ledger.way("HTTP, one per line", LINES, 0, 0, () -> post("application/x-ndjson", lines));

        String again = joined(array.subList(0, AGAIN), ",", "[", "]");
        ledger.way("HTTP, sent again", AGAIN, AGAIN, 0, () -> post("application/json", again));
        return single.get(0).entityId();
    }

    private void sendToTheTopic() {
        try (DemoTopic topic = new DemoTopic(options, TOPIC, TYPE, "/demo/shop")) {
            List<Change> direct = events.next(DIRECT);
            ledger.way("topic, directly", DIRECT, 0, 0, () -> send(topic, direct));
            ledger.way("topic, sent again", AGAIN, AGAIN, 0, () -> send(topic, direct.subList(0, AGAIN)));
            ledger.way("topic, malformed", 2, 0, 2, () -> {
                sendMalformed(topic, "{\"entity_type\": \"order\", ");
                sendMalformed(topic, "{\"entity_type\": \"order\", \"entity_id\": \"7\"}");
            });
        }
    }

    private static void send(DemoTopic topic, List<Change> changes) {
        changes.forEach(change ->
                topic.send(change.key(), change.id().toString(), change.json().toString()));
        topic.flush();
    }

    private static void sendMalformed(DemoTopic topic, String value) {
        topic.send("order:malformed", UUID.randomUUID().toString(), value);
        topic.flush();
    }

    private void showHistory(String order) {
        String path = "/api/audit/entities/" + DemoEvents.ENTITY_TYPE + "/" + order + "/history?limit=5";
        progress.say("\nOne order, newest change first (GET " + path + ")");
        for (JsonNode change : audit.get(path).path("changes")) {
            progress.say(String.format(
                    "  %-27s %-7s by %-9s %s",
                    change.path("changed_at").asText(),
                    change.path("operation").asText(),
                    change.path("changed_by").asText(),
                    change.path("changed_fields").toString()));
        }
    }

    private void showTimeline(String path) {
        progress.say("\nOne calculation, newest change first (GET " + path + ")");
        for (JsonNode line : audit.get(path).path("data").path("formatted_timeline")) {
            progress.say(String.format(
                    "  %-27s %-7s by %-20s %s",
                    line.path("timestamp").asText(),
                    line.path("operation").asText(),
                    line.path("user").asText(),
                    line.path("description").asText()));
        }
    }

    private void post(String contentType, String body) {
        audit.send("POST", "/api/audit/changes", contentType, body, 202);
    }

    private static String joined(List<Change> changes, String between, String first, String last) {
        return changes.stream().map(Change::withId).collect(Collectors.joining(between, first, last));
    }
}
