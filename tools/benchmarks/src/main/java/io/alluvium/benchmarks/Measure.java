package io.alluvium.benchmarks;

import static java.util.Map.entry;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The commands. Every run ends by itself: whatever hangs is ended by the time limit. */
public final class Measure {

    private static final int WRONG_USAGE = 2;

    @FunctionalInterface
    private interface Command {
        void run(Options options) throws Exception;
    }

    private static final Map<String, Command> COMMANDS = Map.ofEntries(
            entry("drain", options -> new Drain(options).run()),
            entry("indexes", options -> new Indexes(options).run()),
            entry("latency", options -> new Latency(options).run()),
            entry("intake", options -> new IntakeLoad(options).run()),
            entry("webhooks", options -> new WebhookLoad(options).run()),
            entry("tokens", options -> new TokenLoad(options).run()),
            entry("delivery", options -> new DeliveryLoad(options).run()),
            entry("queries", options -> new Queries(options).run()),
            entry("engine-log", options -> new EngineLogCost(options).run()),
            entry("engine-outage", options -> new EngineOutage(options).run()),
            entry("heap", options -> new Heap(options).run()),
            entry("start", options -> new StartTime(options).run()));

    private static final Set<String> SETTINGS =
            Set.of("events", "rounds", "seconds", "rate", "connections", "limit-minutes", "jvm");

    private Measure() {}

    public static void main(String[] arguments) {
        Logger.getLogger("").setLevel(Level.WARNING);
        try {
            Command command = arguments.length == 0 ? null : COMMANDS.get(arguments[0]);
            if (command == null) {
                throw new IllegalArgumentException("the first word is one of " + COMMANDS.keySet());
            }
            Options options = Options.parse(arguments, SETTINGS);
            endAfter(Duration.ofMinutes(options.number("limit-minutes", 90)));
            command.run(options);
        } catch (IllegalArgumentException wrong) {
            System.err.println("measure: " + wrong.getMessage());
            System.exit(WRONG_USAGE);
        } catch (Exception failure) {
            failure.printStackTrace();
            System.exit(1);
        }
        System.exit(0);
    }

    private static void endAfter(Duration limit) {
        Thread watch = new Thread(
                () -> {
                    try {
                        Thread.sleep(limit.toMillis());
                        System.err.println("measure: not over after " + limit.toMinutes() + " minutes, given up");
                        System.exit(1);
                    } catch (InterruptedException ended) {
                        Thread.currentThread().interrupt();
                    }
                },
                "limit");
        watch.setDaemon(true);
        watch.start();
    }
}
