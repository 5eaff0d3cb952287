package io.alluvium.localstack;

import com.fasterxml.jackson.databind.JsonNode;
import io.alluvium.localstack.DemoEvents.Change;
import io.alluvium.localstack.DemoReport.Way;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Sends change events on every way into the service and compares what was sent with what became of it. */
final class Demo {

    private static final int SINGLE = 20;
    private static final int ARRAY = 200;
    private static final int LINES = 500;
    private static final int DIRECT = 1_000;
    private static final int AGAIN = 30;
    private static final int SETTLED_SECONDS = 60;

    private final RunOptions options;
    private final Progress progress;
    private final Api audit;
    private final DemoCalculations calculations;
    private final DemoEvents events = new DemoEvents();
    private final List<Way> ways = new ArrayList<>();

    Demo(RunOptions options, Progress progress) {
        this.options = options;
        this.progress = progress;
        this.audit = new Api(URI.create("http://" + Ports.HOST + ":" + (options.portBase + 1)));
        this.calculations = new DemoCalculations(audit);
    }

    /** @return whether each event sent is accounted for, as the right thing */
    boolean play() {
        progress.say("\nDemo: changes of the orders of a shop, on every way in");
        String order = sendOverHttp();
        sendToTheTopic();
        way("calculations, captured", DemoCalculations.CHANGES, 0, 0, calculations::work);
        DemoReport report = new DemoReport(ways);
        progress.say(report.table());
        progress.say(report.verdict());
        boolean reconciled = reconcile();
        showDeadLetters();
        showHistory(order);
        showTimeline(calculations.timelinePath());
        return report.isBalanced() && reconciled;
    }

    /** @return an order that has a history */
    private String sendOverHttp() {
        List<Change> single = events.next(SINGLE);
        way(
                "HTTP, one by one",
                SINGLE,
                0,
                0,
                () -> single.forEach(change -> post("application/json", change.withId())));

        List<Change> array = events.next(ARRAY);
        way("HTTP, one array", ARRAY, 0, 0, () -> post("application/json", joined(array, ",", "[", "]")));

        String lines = joined(events.next(LINES), "\n", "", "\n");
        way("HTTP, one per line", LINES, 0, 0, () -> post("application/x-ndjson", lines));

        String again = joined(array.subList(0, AGAIN), ",", "[", "]");
        way("HTTP, sent again", AGAIN, AGAIN, 0, () -> post("application/json", again));
        return single.get(0).entityId();
    }

    private void sendToTheTopic() {
        try (DemoTopic topic = new DemoTopic(Ports.HOST + ":" + options.kafkaPort())) {
            List<Change> direct = events.next(DIRECT);
            way("topic, directly", DIRECT, 0, 0, () -> topic.send(direct));
            way("topic, sent again", AGAIN, AGAIN, 0, () -> topic.send(direct.subList(0, AGAIN)));
            way("topic, malformed", 2, 0, 2, () -> {
                topic.sendMalformed(UUID.randomUUID().toString(), "{\"entity_type\": \"order\", ");
                topic.sendMalformed(UUID.randomUUID().toString(), "{\"entity_type\": \"order\", \"entity_id\": \"7\"}");
            });
        }
    }

    private void way(String name, int published, int again, int malformed, Runnable sending) {
        SinkBooks before = books();
        sending.run();
        ways.add(new Way(name, published, again, malformed, settled(before, published)));
    }

    /** What comes through the outbox is not in the topic at once: ask until the sink has read it all. */
    private SinkBooks settled(SinkBooks before, int published) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SETTLED_SECONDS);
        SinkBooks books;
        do {
            audit.send("POST", "/api/sink/flush", "application/json", "", 200);
            books = books().since(before);
        } while (books.polled() < published && System.nanoTime() < deadline);
        return books;
    }

    /** The same question over everything that was ever in the topic, asked of broker and database. */
    private boolean reconcile() {
        String path = "/api/sink/reconciliation";
        boolean balanced = audit.get(path).path("balanced").asBoolean();
        progress.say((balanced ? "Broker and database agree" : "BROKER AND DATABASE DO NOT AGREE")
                + " about every record" + " of the topic, earlier runs included (GET " + path + ").");
        return balanced;
    }

    private void showDeadLetters() {
        String path = "/api/sink/dead-letters?limit=2";
        progress.say("\nWhy the newest dead letters are dead (GET " + path + ")");
        for (JsonNode letter : audit.get(path).path("items")) {
            progress.say("  offset " + letter.path("offset").asText() + ": "
                    + letter.path("reason").asText());
        }
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

    private SinkBooks books() {
        return SinkBooks.of(audit.get("/api/sink/status"), DemoTopic.NAME);
    }

    private void post(String contentType, String body) {
        audit.send("POST", "/api/audit/changes", contentType, body, 202);
    }

    private static String joined(List<Change> changes, String between, String first, String last) {
        return changes.stream().map(Change::withId).collect(Collectors.joining(between, first, last));
    }
}
