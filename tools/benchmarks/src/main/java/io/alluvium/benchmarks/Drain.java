package io.alluvium.benchmarks;

import io.alluvium.benchmarks.Meter.Reading;
import io.alluvium.benchmarks.SinkContender.Layout;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** How fast the sink empties a full topic, beside the bound and beside what one would write by hand. */
final class Drain {

    /** Drains of a fresh process that do not count: compilers are busy during them. */
    static final int WARM_UPS = 3;

    private static final Duration PATIENCE = Duration.ofMinutes(20);
    private static final String COPY = "raw COPY, 1 connection";
    private static final String TWO_COPIES = "raw COPY, 2 connections";
    private static final Layout ONE_CONSUMER = new Layout(1, 1);
    private static final Layout TWO_CONSUMERS = new Layout(1, 2);
    private static final Layout TWO_PROCESSES = new Layout(2, 1);

    private final Options options;
    private final int events;
    private final int rounds;
    private final List<String> jvm;
    private final Map<String, List<Reading>> readings = new LinkedHashMap<>();

    Drain(Options options) {
        this.options = options;
        this.events = options.number("events", 1_000_000);
        this.rounds = options.number("rounds", 3);
        this.jvm = options.jvm("-Xmx1g", "-Xmn700m", "-XX:+UseParallelGC");
    }

    void run() throws Exception {
        Report report = new Report("drain", "Drain: a full topic into the table", options);
        Path rows = Options.scratch().resolve("rows.copy");
        List<Path> halves = List.of(
                Options.scratch().resolve("rows-0.copy"), Options.scratch().resolve("rows-1.copy"));
        Shop shop = Shop.ofOneDay(1);
        try (StackProcess stack = StackProcess.start();
                Publisher publisher = new Publisher(stack.brokers())) {
            stack.createTopic(ServiceProcess.TOPIC);
            Report.progress("publishing " + events + " events");
            publisher.publish(ServiceProcess.TOPIC, shop, events, rows, halves);
            long bytes = publisher.bytes() / events;
            Trail.migrate(stack);
            try (Trail trail = Trail.open(stack)) {
                SinkContender sink = new SinkContender(stack, trail, publisher, shop, events, jvm);
                for (int round = 1; round <= rounds; round++) {
                    Report.progress("round " + round + " of " + rounds);
                    copy(stack, trail, COPY, List.of(rows));
                    copy(stack, trail, TWO_COPIES, halves);
                    sink.drain(ONE_CONSUMER).forEach(this::keep);
                    byHand(stack, trail, sink, 1);
                    sink.drain(TWO_CONSUMERS).forEach(this::keep);
                    sink.drain(TWO_PROCESSES).forEach(this::keep);
                    byHand(stack, trail, sink, 2);
                }
            }
            publish(report, bytes);
        }
    }

    private void keep(Reading reading) {
        readings.computeIfAbsent(reading.contender(), name -> new ArrayList<>()).add(reading);
    }

    /** Twice, of which the second counts; each file by a connection and a process of its own. */
    private void copy(StackProcess stack, Trail trail, String contender, List<Path> files) throws Exception {
        List<JavaProcess> processes = new ArrayList<>();
        try {
            for (Path file : files) {
                processes.add(
                        JavaProcess.start(CopyProgram.class, List.of("-Xmx3g"), stack.jdbcUrl(), file.toString()));
            }
            for (JavaProcess process : processes) {
                process.answer(PATIENCE);
            }
            trail.reset();
            drain(processes);
            trail.reset();
            Meter meter =
                    new Meter(stack, processes.stream().map(JavaProcess::pid).toList());
            drain(processes);
            keep(meter.read(contender, events));
            trail.mustHaveRows(events);
        } finally {
            for (JavaProcess process : processes) {
                process.close();
            }
        }
    }

    /** Warmed up as the service is. */
    private void byHand(StackProcess stack, Trail trail, SinkContender sink, int consumers) throws Exception {
        List<JavaProcess> processes = new ArrayList<>();
        try {
            for (int i = 0; i < consumers; i++) {
                processes.add(JavaProcess.start(
                        InsertProgram.class,
                        jvm,
                        stack.jdbcUrl(),
                        stack.brokers(),
                        ServiceProcess.TOPIC,
                        partitions(i, consumers)));
            }
            for (JavaProcess process : processes) {
                process.answer(PATIENCE);
            }
            for (int done = 0; done < WARM_UPS; done++) {
                trail.reset();
                drain(processes);
            }
            trail.reset();
            Meter meter =
                    new Meter(stack, processes.stream().map(JavaProcess::pid).toList());
            drain(processes);
            keep(meter.read(byHandName(consumers), sink.published()));
            trail.mustHaveRows(sink.published());
        } finally {
            for (JavaProcess process : processes) {
                process.close();
            }
        }
    }

    private static String byHandName(int consumers) {
        return "by hand, " + consumers + (consumers == 1 ? " consumer" : " consumers");
    }

    private static String partitions(int consumer, int consumers) {
        return String.join(
                ",",
                IntStream.range(0, StackProcess.PARTITIONS)
                        .filter(partition -> partition % consumers == consumer)
                        .mapToObj(Integer::toString)
                        .toList());
    }

    private static void drain(List<JavaProcess> processes) throws IOException, InterruptedException {
        for (JavaProcess process : processes) {
            process.tell("go");
        }
        for (JavaProcess process : processes) {
            process.answer(PATIENCE);
        }
    }

    private void publish(Report report, long bytes) throws IOException {
        report.text(String.format(
                """
                %,d change events of %d bytes of JSON on average, in 4 partitions, published beforehand. Time is from the
                first request for records to the last row that others can see. Medians of %d rounds in which the contenders
                take turns; tables are emptied and a checkpoint is made before each. JVM of the service and of the consumer by hand: `%s`.
                """,
                events, bytes, rounds, String.join(" ", jvm)));
        List<List<String>> rows = new ArrayList<>();
        readings.forEach((name, all) -> rows.add(row(name, all)));
        report.table(
                List.of(
                        "contender",
                        "rows/s",
                        "least - most",
                        "seconds",
                        "client CPU s per million",
                        "database CPU us per row",
                        "broker CPU s per million"),
                rows);
        report.table(List.of("ratio", "measured", "wanted"), ratios());
        report.text(
                """
                The sink's figures are with all its guarantees: after each drain every event was a row, once, and the books of
                every partition balanced. "By hand" is a consumer with a JSON tree and `INSERT ... ON CONFLICT DO NOTHING` in
                rewritten JDBC batches, one commit for each poll of up to 10,000 records. Both are warmed up by three whole
                drains that do not count; the lines "from the start of the JVM" are the first of these, with everything a
                process does from its start on. The sink's CPU includes the folding of its roll-up to the end. Raw COPY reads
                nothing from Kafka, knows no duplicates, keeps neither offsets nor counters, and has its rows in the order of time.
                """);
        report.publish();
    }

    private static List<String> row(String name, List<Reading> all) {
        Samples rates = new Samples(all.stream().mapToDouble(Reading::rate).toArray());
        boolean whole = all.get(0).database() > 0;
        return List.of(
                name,
                String.format("%,.0f", rates.median()),
                String.format("%,.0f - %,.0f", rates.min(), rates.max()),
                median(all, Reading::seconds),
                median(all, Reading::clientPerMillion),
                whole ? median(all, Reading::databasePerRow) : "",
                whole ? median(all, Reading::brokerPerMillion) : "");
    }

    private static String median(List<Reading> all, ToDoubleFunction<Reading> figure) {
        return Samples.text(
                Samples.median(all.stream().map(figure::applyAsDouble).toList()));
    }

    private List<List<String>> ratios() {
        String one = ONE_CONSUMER.text();
        String two = TWO_CONSUMERS.text();
        String processes = TWO_PROCESSES.text();
        return List.of(
                List.of("raw COPY, 2 connections / 1 connection", ratio(TWO_COPIES, COPY), ""),
                List.of("1 consumer / raw COPY, 1 connection", ratio(one, COPY), ">= 0.93"),
                List.of("2 consumers of one process / raw COPY, 1 connection", ratio(two, COPY), ">= 1.45"),
                List.of("2 consumers of one process / raw COPY, 2 connections", ratio(two, TWO_COPIES), ""),
                List.of("2 processes / raw COPY, 1 connection", ratio(processes, COPY), ">= 1.45"),
                List.of("1 consumer / by hand, 1 consumer", ratio(one, byHandName(1)), ">= 2.0"),
                List.of("2 consumers of one process / by hand, 2 consumers", ratio(two, byHandName(2)), ""),
                List.of("client CPU s per million, 1 consumer", client(one), "<= 3.7"),
                List.of("client CPU s per million, 2 consumers of one process", client(two), "<= 3.7"));
    }

    private String client(String contender) {
        return median(readings.get(contender), Reading::clientPerMillion);
    }

    private String ratio(String one, String other) {
        return String.format(java.util.Locale.ROOT, "%.2f", rate(one) / rate(other));
    }

    private double rate(String contender) {
        return Samples.median(
                readings.get(contender).stream().map(Reading::rate).toList());
    }
}
