package io.alluvium.localstack;

import com.fasterxml.jackson.databind.JsonNode;
import io.alluvium.localstack.DemoEvents.Change;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private final DemoEvents events = new DemoEvents();
    private final Map<String, Integer> sent = new LinkedHashMap<>();
    private int duplicates;
    private int malformed;

    Demo(RunOptions options, Progress progress) {
        this.options = options;
        this.progress = progress;
        this.audit = new Api(URI.create("http://" + Ports.HOST + ":" + (options.portBase + 1)));
    }

    /** @return whether each event sent is accounted for, as the right thing */
    boolean play() {
        progress.say("\nDemo: changes of the orders of a shop, on every way in");
        SinkBooks before = books();
        String order = sendOverHttp();
        sendToTheTopic();
        SinkBooks settled = awaitSettled(before);
        DemoReport report = new DemoReport(sent, duplicates, malformed, settled);
        progress.say(report.table());
        showDeadLetters();
        showHistory(order);
        progress.say(report.verdict());
        return report.isBalanced();
    }

    /** @return an order that has a history */
    private String sendOverHttp() {
        List<Change> single = events.next(SINGLE);
        single.forEach(change -> post("application/json", change.withId()));
        sent("HTTP, one by one", SINGLE);

        List<Change> array = events.next(ARRAY);
        post("application/json", joined(array, ",", "[", "]"));
        sent("HTTP, one array", ARRAY);

        post("application/x-ndjson", joined(events.next(LINES), "\n", "", "\n"));
        sent("HTTP, one per line", LINES);

        post("application/json", joined(array.subList(0, AGAIN), ",", "[", "]"));
        sent("HTTP, sent again", AGAIN);
        duplicates += AGAIN;
        return single.get(0).entityId();
    }

    private void sendToTheTopic() {
        try (DemoTopic topic = new DemoTopic(Ports.HOST + ":" + options.kafkaPort())) {
            List<Change> direct = events.next(DIRECT);
            topic.send(direct);
            sent("topic, directly", DIRECT);

            topic.send(direct.subList(0, AGAIN));
            sent("topic, sent again", AGAIN);
            duplicates += AGAIN;

            topic.sendMalformed(UUID.randomUUID().toString(), "{\"entity_type\": \"order\", ");
            topic.sendMalformed(UUID.randomUUID().toString(), "{\"entity_type\": \"order\", \"entity_id\": \"7\"}");
            sent("topic, malformed", 2);
            malformed += 2;
        }
    }

    private SinkBooks awaitSettled(SinkBooks before) {
        audit.send("POST", "/api/sink/flush", "application/json", "", 200);
        int published = sent.values().stream().mapToInt(Integer::intValue).sum();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SETTLED_SECONDS);
        SinkBooks books = books().since(before);
        while (books.polled() < published && System.nanoTime() < deadline) {
            audit.send("POST", "/api/sink/flush", "application/json", "", 200);
            books = books().since(before);
        }
        return books;
    }

    private void showDeadLetters() {
        progress.say("Why the newest dead letters are dead (" + "GET /api/sink/dead-letters?limit=2)");
        for (JsonNode letter : audit.get("/api/sink/dead-letters?limit=2").path("items")) {
            progress.say("  offset " + letter.path("offset").asText() + ": "
                    + letter.path("reason").asText());
        }
    }

    private void showHistory(String order) {
        String path = "/api/audit/entities/" + DemoEvents.ENTITY_TYPE + "/" + order + "/history?limit=5";
        progress.say("\nOne order, newest change first (GET " + path + ")");
        for (JsonNode change : audit.get(path).path("items")) {
            progress.say(String.format(
                    "  %-27s %-7s by %-9s %s",
                    change.path("changed_at").asText(),
                    change.path("operation").asText(),
                    change.path("changed_by").asText(),
                    change.path("changed_fields").toString()));
        }
    }

    private SinkBooks books() {
        return SinkBooks.of(audit.get("/api/sink/status"), DemoTopic.NAME);
    }

    private void post(String contentType, String body) {
        audit.send("POST", "/api/audit/changes", contentType, body, 202);
    }

    private void sent(String way, int count) {
        sent.put(way, count);
    }

    private static String joined(List<Change> changes, String between, String first, String last) {
        return changes.stream().map(Change::withId).collect(Collectors.joining(between, first, last));
    }
}
