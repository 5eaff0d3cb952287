package io.alluvium.localstack;

import com.fasterxml.jackson.databind.JsonNode;
import io.alluvium.localstack.DemoReport.Way;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/** What was sent to one service, on each way in, and what its sink says became of it. Not thread-safe. */
final class DemoLedger {

    private static final int SETTLED_SECONDS = 60;

    private final Api service;
    private final String topic;
    private final Progress progress;
    private final List<Way> ways = new ArrayList<>();

    DemoLedger(Api service, String topic, Progress progress) {
        this.service = service;
        this.topic = topic;
        this.progress = progress;
    }

    /**
     * Sends, and waits until all of it is stored.
     *
     * @param again     of the events sent, those sent a second time on purpose
     * @param malformed of the events sent, those broken on purpose
     */
    void way(String name, int published, int again, int malformed, Runnable sending) {
        way(name, published, again, malformed, () -> {
            sending.run();
            return 0;
        });
    }

    /** @param sending says how many events the service knew already, so that they never came to the topic */
    void way(String name, int published, int again, int malformed, IntSupplier sending) {
        SinkBooks before = books();
        int known = sending.getAsInt();
        ways.add(new Way(
                name,
                published,
                again,
                malformed,
                settled(before, published - known).plusKnown(known)));
    }

    /** What comes through an outbox is not in the topic at once: ask until the sink has read it all. */
    private SinkBooks settled(SinkBooks before, int published) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SETTLED_SECONDS);
        SinkBooks books;
        do {
            service.send("POST", "/api/sink/flush", "application/json", "", 200);
            books = books().since(before);
        } while (books.polled() < published && System.nanoTime() < deadline);
        return books;
    }

    private SinkBooks books() {
        return SinkBooks.of(service.get("/api/sink/status"), topic);
    }

    /** @return whether the books balance, by what was sent and by what broker and database hold */
    boolean close() {
        DemoReport report = new DemoReport(ways);
        progress.say(report.table());
        progress.say(report.verdict());
        boolean reconciled = reconcile();
        showDeadLetters();
        return report.isBalanced() && reconciled;
    }

    /** The same question over everything that was ever in the topics, asked of broker and database. */
    private boolean reconcile() {
        String path = "/api/sink/reconciliation";
        boolean balanced = service.get(path).path("balanced").asBoolean();
        progress.say((balanced ? "Broker and database agree" : "BROKER AND DATABASE DO NOT AGREE")
                + " about every record" + " of the topic, earlier runs included (GET " + path + ").");
        return balanced;
    }

    private void showDeadLetters() {
        String path = "/api/sink/dead-letters?limit=2";
        progress.say("\nWhy the newest dead letters are dead (GET " + path + ")");
        for (JsonNode letter : service.get(path).path("items")) {
            progress.say("  offset " + letter.path("offset").asText() + ": "
                    + letter.path("reason").asText());
        }
    }
}
