package io.alluvium.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** What one call costs its caller. Between two calls the engine works for some microseconds, as engines do. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EngineLogBenchmark {

    static final String BROKERS = "alluvium.brokers";
    static final String TOPIC = "alluvium.topic";

    /** About 20 us, so about 50,000 calls a second. */
    private static final long WORK = 8_000;

    private static final String NOBODY = "127.0.0.1:9";

    @Param({"broker up", "broker down", "ring full", "SQLite", "JBoss AsyncHandler"})
    String way;

    private LogWay log;
    private Path folder;
    private int number;

    @Setup
    public void open() throws IOException, SQLException {
        folder = Files.createTempDirectory("engine-log");
        Path spill = folder.resolve("spill.db");
        log = switch (way) {
            case "broker up" ->
                LogWay.Engine.open(System.getProperty(BROKERS), System.getProperty(TOPIC), spill, 65_536);
            case "broker down" -> LogWay.Engine.open(NOBODY, "engine.logs", spill, 65_536);
            case "ring full" -> LogWay.Engine.open(NOBODY, "engine.logs", spill, 64);
            case "SQLite" -> LogWay.Sqlite.open(folder.resolve("log.db"));
            default -> LogWay.JBoss.open(folder.resolve("log.txt"));
        };
    }

    /** Not part of what is measured. Where the ring is to be full, calls come without a pause. */
    @Setup(Level.Invocation)
    public void work() {
        if (!way.equals("ring full")) {
            Blackhole.consumeCPU(WORK);
        }
    }

    @Benchmark
    public void call() throws SQLException {
        log.log(number++);
    }

    @TearDown
    public void close() throws IOException, SQLException {
        log.close();
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(folder);
    }
}
