package io.alluvium.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether a small heap stays flat however much is drained. */
final class Heap {

    private static final Duration PATIENCE = Duration.ofMinutes(30);
    private static final int PARTS = 5;

    private static final Pattern COLLECTION =
            Pattern.compile("\\[([0-9.]+)s].* Pause .*? ([0-9]+)M->([0-9]+)M\\(([0-9]+)M\\) ([0-9.]+)ms");

    /** @param at seconds since the start of the JVM */
    private record Collection(double at, double before, double after, double millis) {}

    private final Options options;
    private final int events;
    private final List<String> jvm;
    private final Path log = Options.scratch().resolve("logs/heap-gc.log");

    Heap(Options options) {
        this.options = options;
        this.events = options.number("events", 5_000_000);
        this.jvm = options.jvm("-Xmx256m");
    }

    void run() throws Exception {
        Report report = new Report("heap", "Heap: a long drain in 256 MB", options);
        try (StackProcess stack = StackProcess.start()) {
            stack.createTopic(ServiceProcess.TOPIC);
            try (Publisher publisher = new Publisher(stack.brokers())) {
                Report.progress("publishing " + events + " events");
                publisher.publish(ServiceProcess.TOPIC, Shop.ofOneDay(1), events);
            }
            Trail.migrate(stack);
            Files.deleteIfExists(log);
            List<String> all = new ArrayList<>(jvm);
            all.add("-Xlog:gc:file=" + log + ":uptime:filecount=0");
            try (Trail trail = Trail.open(stack);
                    ServiceProcess service = ServiceProcess.start(stack, "heap", all, Map.of())) {
                drain(trail, service, report);
            }
        }
    }

    private void drain(Trail trail, ServiceProcess service, Report report) throws Exception {
        long began = System.nanoTime();
        double[] reached = new double[PARTS + 1];
        long[] resident = new long[PARTS + 1];
        Wait.until("the first rows", PATIENCE, () -> trail.settled() > 0);
        reached[0] = (System.nanoTime() - began) / 1e9;
        for (int part = 1; part <= PARTS; part++) {
            long goal = (long) events * part / PARTS;
            Wait.until("the next part is stored", PATIENCE, () -> {
                service.mustBeAlive();
                return trail.settled() >= goal;
            });
            reached[part] = (System.nanoTime() - began) / 1e9;
            resident[part] = Cpu.residentMegabytes(service.pid());
            Report.progress(goal + " stored, resident " + resident[part] + " MB");
        }
        double cpu = service.cpu();
        trail.mustHold(events);
        publish(report, reached, resident, cpu);
    }

    private List<Collection> collections() throws IOException {
        List<Collection> found = new ArrayList<>();
        for (String line : Files.readAllLines(log)) {
            Matcher match = COLLECTION.matcher(line);
            if (match.find()) {
                found.add(new Collection(
                        Double.parseDouble(match.group(1)),
                        Double.parseDouble(match.group(2)),
                        Double.parseDouble(match.group(3)),
                        Double.parseDouble(match.group(5))));
            }
        }
        return found;
    }

    private void publish(Report report, double[] reached, long[] resident, double cpu) throws IOException {
        List<Collection> all = collections();
        List<List<String>> rows = new ArrayList<>();
        for (int part = 1; part <= PARTS; part++) {
            double from = reached[part - 1];
            double to = reached[part];
            List<Collection> during =
                    all.stream().filter(c -> c.at >= from && c.at < to).toList();
            double[] after = during.stream().mapToDouble(Collection::after).toArray();
            boolean none = after.length == 0;
            rows.add(List.of(
                    String.format("%,d", (long) events * part / PARTS),
                    String.format("%,.0f", events / (double) PARTS / (to - from)),
                    Integer.toString(during.size()),
                    none ? "" : Samples.text(new Samples(after).min()),
                    none ? "" : Samples.text(new Samples(after).median()),
                    none ? "" : Samples.text(new Samples(after).max()),
                    Samples.text(during.stream().mapToDouble(Collection::millis).sum()),
                    Long.toString(resident[part])));
        }
        report.text(String.format(
                """
                %,d events, published beforehand, drained by one process with `%s`. %.1f CPU s per million events, the start of
                the JVM included. Afterwards every event was a row, once, and the books balanced.
                """,
                events, String.join(" ", jvm), cpu * 1e6 / events));
        report.table(
                List.of(
                        "events stored",
                        "rows/s",
                        "collections",
                        "heap after: least MB",
                        "median MB",
                        "most MB",
                        "pauses, ms in all",
                        "resident MB"),
                rows);
        report.publish();
    }
}
