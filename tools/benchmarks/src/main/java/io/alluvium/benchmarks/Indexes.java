package io.alluvium.benchmarks;

import io.alluvium.benchmarks.Meter.Reading;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What each index of the trail costs the one who writes: a raw COPY with all of them, and with each one dropped. */
final class Indexes {

    private static final Duration PATIENCE = Duration.ofMinutes(20);
    private static final String ALL = "all indexes";
    private static final String NONE = "no index";

    private static final String NAMES =
            "SELECT string_agg(indexname, ',' ORDER BY indexname) FROM pg_indexes WHERE tablename = 'audit_change'";

    private final Options options;
    private final int events;
    private final int rounds;
    private final Map<String, List<Reading>> readings = new LinkedHashMap<>();
    private final Map<String, String> definitions = new LinkedHashMap<>();
    private final Map<String, Long> sizes = new LinkedHashMap<>();

    Indexes(Options options) {
        this.options = options;
        this.events = options.number("events", 1_000_000);
        this.rounds = options.number("rounds", 3);
    }

    void run() throws Exception {
        Report report = new Report("indexes", "What the indexes of audit_change cost", options);
        Path rows = Options.scratch().resolve("rows.copy");
        try (CopyFile file = new CopyFile(rows)) {
            Shop shop = Shop.ofOneDay(1);
            for (int i = 0; i < events; i++) {
                file.add(shop.next());
            }
        }
        try (StackProcess stack = StackProcess.start()) {
            stack.createTopic(ServiceProcess.TOPIC);
            Trail.migrate(stack);
            try (Trail trail = Trail.open(stack);
                    JavaProcess copy =
                            JavaProcess.start(CopyProgram.class, List.of("-Xmx3g"), stack.jdbcUrl(), rows.toString())) {
                copy.answer(PATIENCE);
                lookAround(trail);
                copy(stack, trail, copy, "warm-up");
                sizes(trail);
                for (int round = 1; round <= rounds; round++) {
                    Report.progress("round " + round + " of " + rounds);
                    round(stack, trail, copy);
                }
            }
        }
        publish(report);
    }

    private void lookAround(Trail trail) throws SQLException {
        for (String index : trail.text(NAMES).split(",")) {
            definitions.put(index, trail.text("SELECT indexdef FROM pg_indexes WHERE indexname = '" + index + "'"));
        }
    }

    private void sizes(Trail trail) throws SQLException {
        for (String index : definitions.keySet()) {
            sizes.put(index, trail.number("SELECT pg_relation_size('" + index + "')"));
        }
    }

    private void round(StackProcess stack, Trail trail, JavaProcess copy) throws Exception {
        keep(copy(stack, trail, copy, ALL));
        for (String index : definitions.keySet()) {
            trail.reset();
            drop(trail, index);
            keep(copy(stack, trail, copy, index));
            trail.reset();
            restore(trail, index);
        }
        trail.reset();
        for (String index : definitions.keySet()) {
            drop(trail, index);
        }
        keep(copy(stack, trail, copy, NONE));
        trail.reset();
        for (String index : definitions.keySet()) {
            restore(trail, index);
        }
    }

    private static void drop(Trail trail, String index) throws SQLException {
        trail.execute("ALTER TABLE audit_change DROP CONSTRAINT IF EXISTS " + index);
        trail.execute("DROP INDEX IF EXISTS " + index);
    }

    /** As an index only: whether a constraint owns it makes no difference to the cost of keeping it. */
    private void restore(Trail trail, String index) throws SQLException {
        trail.execute(definitions.get(index));
    }

    private void keep(Reading reading) {
        readings.computeIfAbsent(reading.contender(), name -> new ArrayList<>()).add(reading);
    }

    private Reading copy(StackProcess stack, Trail trail, JavaProcess copy, String name) throws Exception {
        trail.reset();
        Meter meter = new Meter(stack, List.of(copy.pid()));
        copy.tell("go");
        copy.answer(PATIENCE);
        Reading reading = meter.read(name, events);
        trail.mustHaveRows(events);
        return reading;
    }

    private void publish(Report report) throws Exception {
        report.text(String.format(
                """
                Raw binary COPY of %,d rows by one connection with one index dropped at a time. An index costs what is saved
                without it; medians of %d rounds in which all take turns.
                """,
                events, rounds));
        List<List<String>> rows = new ArrayList<>();
        for (String index : definitions.keySet()) {
            rows.add(List.of(
                    "`" + definitions.get(index).replaceAll("^CREATE | ON \\S+ USING btree", "") + "`",
                    Samples.text(micros(ALL) - micros(index)),
                    Samples.text(cpu(ALL) - cpu(index)),
                    Samples.text(sizes.get(index) / (double) events)));
        }
        rows.add(List.of("the table itself", Samples.text(micros(NONE)), Samples.text(cpu(NONE)), ""));
        rows.add(List.of("**table with all indexes**", Samples.text(micros(ALL)), Samples.text(cpu(ALL)), ""));
        report.table(List.of("index", "time, us per row", "database CPU, us per row", "bytes per row"), rows);
        report.publish();
    }

    private double micros(String name) {
        return Samples.median(readings.get(name).stream()
                .map(r -> r.seconds() * 1e6 / r.rows())
                .toList());
    }

    private double cpu(String name) {
        return Samples.median(
                readings.get(name).stream().map(Reading::databasePerRow).toList());
    }
}
