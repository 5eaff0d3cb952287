package io.alluvium.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.util.Statistics;

/** Runs {@link EngineLogBenchmark} beside a broker of its own. */
final class EngineLogCost {

    private static final String TOPIC = "engine.logs";

    private final Options options;

    EngineLogCost(Options options) {
        this.options = options;
    }

    void run() throws Exception {
        Report report = new Report("engine-log", "Engine log: what a call costs its caller", options);
        int seconds = options.number("seconds", 10);
        Collection<RunResult> results;
        try (StackProcess stack = StackProcess.start()) {
            stack.createTopic(TOPIC);
            results = new Runner(new OptionsBuilder()
                            .include(EngineLogBenchmark.class.getSimpleName())
                            .forks(1)
                            .warmupIterations(3)
                            .warmupTime(TimeValue.seconds(seconds))
                            .measurementIterations(options.number("rounds", 5))
                            .measurementTime(TimeValue.seconds(seconds))
                            .jvmArgsAppend(
                                    "-Xmx512m",
                                    "-D" + EngineLogBenchmark.BROKERS + "=" + stack.brokers(),
                                    "-D" + EngineLogBenchmark.TOPIC + "=" + TOPIC)
                            .build())
                    .run();
        }
        List<List<String>> rows = new ArrayList<>();
        for (RunResult result : results) {
            Statistics nanos = result.getPrimaryResult().getStatistics();
            rows.add(List.of(
                    result.getParams().getParam("way"),
                    text(nanos.getPercentile(50)),
                    text(nanos.getPercentile(99)),
                    text(nanos.getPercentile(99.9)),
                    text(nanos.getMax()),
                    String.format(Locale.ROOT, "%,d", nanos.getN())));
        }
        report.text(
                "JMH, sample mode, one caller that works for about 20 us between two calls. `broker up`, `broker down` and"
                        + " `ring full` are the engine log; `SQLite` inserts and commits each row, as the original did; the handler"
                        + " of JBoss discards what its queue of 512 does not take.");
        report.table(List.of("way", "median, ns", "p99, ns", "p99.9, ns", "longest, ns", "samples"), rows);
        report.publish();
    }

    private static String text(double nanos) {
        return String.format(Locale.ROOT, "%,.0f", nanos);
    }
}
