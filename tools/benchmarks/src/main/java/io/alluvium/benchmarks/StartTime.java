package io.alluvium.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long {@code ./run} takes until everything is ready, part by part, as it says itself. */
final class StartTime {

    private static final Pattern PART = Pattern.compile("^\\s+(\\S.*?)\\s+ready in\\s+([0-9.]+) s");
    private static final Pattern EVERYTHING = Pattern.compile("everything is ready after ([0-9.]+) s");
    private static final String ALL = "everything";
    private static final String COMMAND = "from the command to everything";
    private static final int PORT_BASE = 28_080;

    private final Options options;
    private final int rounds;

    StartTime(Options options) {
        this.options = options;
        this.rounds = options.number("rounds", 3);
    }

    void run() throws Exception {
        Report report = new Report("start", "Start: ./run until everything is ready", options);
        Report.progress("building, if need be");
        start(true);
        Map<String, List<Double>> fresh = new LinkedHashMap<>();
        Map<String, List<Double>> again = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            keep(fresh, start(true));
            keep(again, start(false));
        }
        List<List<String>> rows = new ArrayList<>();
        fresh.forEach((part, seconds) -> rows.add(List.of(
                part,
                Samples.text(Samples.median(seconds)),
                Samples.text(Samples.median(again.getOrDefault(part, List.of(Double.NaN)))))));
        report.text(
                String.format("Built before; medians of %d starts. Kafka and PostgreSQL start side by side.", rounds));
        report.table(List.of("part", "with `--fresh`, s", "with the data of the last run, s"), rows);
        report.publish();
    }

    private static void keep(Map<String, List<Double>> all, Map<String, Double> one) {
        one.forEach((part, seconds) ->
                all.computeIfAbsent(part, name -> new ArrayList<>()).add(seconds));
    }

    private static Map<String, Double> start(boolean fresh) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("./run", "--port-base", Integer.toString(PORT_BASE)));
        if (fresh) {
            command.add("--fresh");
        }
        long began = System.nanoTime();
        Process run = new ProcessBuilder(command).redirectErrorStream(true).start();
        Thread end = new Thread(run::destroy, "end-run");
        Runtime.getRuntime().addShutdownHook(end);
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(run.getInputStream(), StandardCharsets.UTF_8))) {
            return read(lines, began);
        } finally {
            run.destroy(); // SIGTERM, as Ctrl-C it stops everything
            if (!run.waitFor(90, TimeUnit.SECONDS)) {
                run.destroyForcibly();
            }
            Runtime.getRuntime().removeShutdownHook(end);
        }
    }

    private static Map<String, Double> read(BufferedReader lines, long began) throws IOException {
        Map<String, Double> parts = new LinkedHashMap<>();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Report.progress(line);
            Matcher part = PART.matcher(line);
            if (part.find()) {
                parts.put(part.group(1), Double.parseDouble(part.group(2)));
            }
            Matcher everything = EVERYTHING.matcher(line);
            if (everything.find()) {
                parts.put(ALL, Double.parseDouble(everything.group(1)));
                parts.put(COMMAND, (System.nanoTime() - began) / 1e9);
                return parts;
            }
        }
        throw new IOException("./run ended before everything was ready");
    }
}
