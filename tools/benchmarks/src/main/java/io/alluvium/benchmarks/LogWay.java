package io.alluvium.benchmarks;

import io.alluvium.emitter.enginelog.EngineLog;
import io.alluvium.emitter.enginelog.EngineLogSettings;
import io.alluvium.emitter.enginelog.FunctionExecution;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.logging.Level;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jboss.logmanager.handlers.AsyncHandler;
import org.jboss.logmanager.handlers.FileHandler;

/** A way to log that a function has started, and what stands behind it. */
sealed interface LogWay extends AutoCloseable {

    void log(int number) throws SQLException;

    @Override
    void close() throws SQLException;

    /** Ours. */
    record Engine(EngineLog engine) implements LogWay {

        static Engine open(String brokers, String topic, Path spill, int ring) {
            return new Engine(EngineLog.open(new EngineLogSettings(
                    Map.of("bootstrap.servers", brokers),
                    topic,
                    "/benchmark",
                    UUID.randomUUID(),
                    spill,
                    4_000_000_000L,
                    ring,
                    Duration.ofMillis(500),
                    Duration.ofSeconds(30),
                    line -> {})));
        }

        @Override
        public void log(int number) {
            engine.logFunctionExecution(new FunctionExecution()
                    .pythonFunctionName("resample")
                    .pythonFileName("frames.py")
                    .recordingId(42)
                    .frameNo(number)
                    .startStopOrErrorMsg("Start"));
        }

        @Override
        public void close() {
            engine.close();
        }
    }

    /** What the original did: an insert and a commit for each row. */
    record Sqlite(Connection connection, PreparedStatement insert) implements LogWay {

        static Sqlite open(Path file) throws SQLException {
            Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA journal_mode = WAL");
                statement.execute("PRAGMA synchronous = NORMAL");
                statement.execute(
                        "CREATE TABLE engine_db_log_functions (dt_added DATETIME, python_function_name VARCHAR(100),"
                                + " python_file_name VARCHAR(100), recording_id BIGINT, frame_no INT, start_stop_or_error_msg VARCHAR(500))");
            }
            return new Sqlite(
                    connection,
                    connection.prepareStatement("INSERT INTO engine_db_log_functions VALUES (?, ?, ?, ?, ?, ?)"));
        }

        @Override
        public void log(int number) throws SQLException {
            insert.setString(1, Instant.now().toString());
            insert.setString(2, "resample");
            insert.setString(3, "frames.py");
            insert.setLong(4, 42);
            insert.setInt(5, number);
            insert.setString(6, "Start");
            insert.executeUpdate();
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }

    /** The handler that Quarkus has for logging without waiting, as it comes: 512 records, then they are discarded. */
    record JBoss(AsyncHandler handler) implements LogWay {

        static JBoss open(Path file) throws java.io.FileNotFoundException {
            AsyncHandler handler = new AsyncHandler(512);
            handler.setOverflowAction(AsyncHandler.OverflowAction.DISCARD);
            handler.addHandler(new FileHandler(new PatternFormatter("%d %p %m%n"), file.toFile()));
            handler.setLevel(Level.ALL);
            return new JBoss(handler);
        }

        @Override
        public void log(int number) {
            ExtLogRecord row = new ExtLogRecord(Level.INFO, "resample frames.py 42 {0} Start", "engine");
            row.setParameters(new Object[] {number});
            handler.publish(row);
        }

        @Override
        public void close() {
            handler.close();
        }
    }
}
