package io.alluvium.localstack;

import com.fasterxml.jackson.databind.JsonNode;

/** Lets an engine log a recording and shows what the audit-service tells of it. */
final class EngineDemo {

    private final Progress progress;
    private final Api audit;
    private final DemoLedger ledger;
    private final DemoEngine engine;

    EngineDemo(RunOptions options, Progress progress) {
        this.progress = progress;
        this.audit = Api.of("audit-service", options);
        this.ledger = new DemoLedger(audit, DemoEngine.TOPIC, progress);
        this.engine = new DemoEngine(audit);
    }

    /** @return whether each row sent is accounted for */
    boolean play() {
        progress.say("\nDemo of engine logs: an audio engine that plays one recording");
        ledger.way("engine logs, over HTTP", DemoEngine.ROWS, 0, 0, engine::work);
        boolean balanced = ledger.close();
        showRecording(engine.timelinePath());
        showFunctions();
        return balanced;
    }

    private void showRecording(String path) {
        progress.say("\nThe recording, oldest row first (GET " + path + ")");
        for (JsonNode entry : audit.get(path).path("entries")) {
            progress.say(String.format(
                    "  %-27s %-35s %s",
                    entry.path("at").asText(),
                    entry.path("table").asText(),
                    entry.path("what").asText()));
        }
    }

    private void showFunctions() {
        String path = "/api/engine-logs/functions/summary";
        progress.say("\nWhat functions cost (GET " + path + ")");
        for (JsonNode function : audit.get(path).path("functions")) {
            progress.say(String.format(
                    "  %-12s %d calls, median %s ms, 95%% within %s ms",
                    function.path("function").asText(),
                    function.path("calls").asInt(),
                    function.path("median_ms").asText(),
                    function.path("p95_ms").asText()));
        }
    }
}
