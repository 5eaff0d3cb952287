package io.alluvium.audit.measure;

import static org.awaitility.Awaitility.await;

import io.alluvium.localstack.LocalPostgres;
import io.alluvium.localstack.LocalStack;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Dashboard, searches and export over ten million changes, of the packaged service with a heap of 256 MB. No test: it is
 * run by name, as docs/measurements/queries.md says, and prints what that page holds.
 */
class QueryMeasurement {

    private static final long ROWS = Long.getLong("measure.rows", 10_000_000);
    private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");
    private static final int PORT = 18_181;
    private static final int MANAGEMENT = 18_191;

    /** 200 users, the busy ones much busier; each works on three of 20 entity types; a year in the past. */
    private static final String FILL =
            """
            INSERT INTO audit_change (event_id, entity_type, entity_id, operation, old_values, new_values,
                                      changed_fields, changed_by, changed_at, correlation_id)
            SELECT gen_random_uuid(), 'type-' || (who %% 7 + part * 5) %% 20, 'entity-' || n %% 500000,
                   CASE WHEN kind < 0.8 THEN 'UPDATE' WHEN kind < 0.95 THEN 'INSERT' ELSE 'DELETE' END,
                   CASE WHEN kind < 0.8 OR kind >= 0.95 THEN image END, CASE WHEN kind < 0.95 THEN image END,
                   CASE WHEN kind < 0.8 THEN '["amount","state"]'::json END, 'user-' || who,
                   date_trunc('day', now()) - (%2$d - n) * (interval '365 days' / %2$d),
                   CASE WHEN n %% 4 = 0 THEN 'request-' || n / 8 END
            FROM (SELECT n, floor(power(random(), 2) * 200)::int AS who, floor(random() * 3)::int AS part,
                         random() AS kind,
                         ('{"id":' || n || ',"customer":"customer-' || n %% 5000
                          || '","amount":1234.50,"state":"open","note":"as agreed by telephone on Monday"}')::json AS image
                  FROM generate_series(%1$d, %2$d) AS n) AS made
            """;

    private static final String COUNT =
            """
            INSERT INTO change_delta (day, entity_type, operation, changed_by, changes)
            SELECT array_agg(day), array_agg(entity_type), array_agg(operation), array_agg(changed_by), array_agg(changes)
            FROM (SELECT (changed_at AT TIME ZONE 'UTC')::date AS day, entity_type, operation, changed_by, count(*) AS changes
                  FROM audit_change WHERE changed_at >= '%s' AND changed_at < '%s' GROUP BY 1, 2, 3, 4) AS counted
            HAVING count(*) > 0
            """;

    @TempDir
    Path directory;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void measure() throws Exception {
        try (LocalStack stack = LocalStack.start(directory, 0, 0)) {
            stack.postgres().createSchemaWithRole("audit");
            String url = stack.postgres().jdbcUrl(LocalPostgres.DATABASE, "audit");
            Process service = start(stack, url);
            try (Connection connection = DriverManager.getConnection(url)) {
                ready();
                fill(connection);
                report(connection);
                searches();
                withJournal(connection);
                export(connection);
                System.out.println("| resident memory of the service | " + resident(service) / 1024 + " MB |");
            } finally {
                service.destroyForcibly().onExit().join();
            }
        }
    }

    private static Process start(LocalStack stack, String url) throws Exception {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx256m",
                        "-Dquarkus.profile=local",
                        "-Dquarkus.http.port=" + PORT,
                        "-Dquarkus.management.port=" + MANAGEMENT,
                        "-Dkafka.bootstrap.servers=" + stack.kafka().bootstrapServers(),
                        "-Dquarkus.datasource.jdbc.url=" + url,
                        "-jar",
                        JAR.toString())
                .redirectErrorStream(true)
                .redirectOutput(Path.of("target", "measurement.log").toFile())
                .start();
    }

    private void ready() throws Exception {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        HttpRequest ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + MANAGEMENT + "/q/health/ready"))
                .build();
        while (System.nanoTime() < end) {
            try {
                if (http.send(ready, BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (java.io.IOException notYet) {
                // it is starting
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
        throw new IllegalStateException("the service did not get ready: see target/measurement.log");
    }

    /** Rows first, indexes afterwards, but for the primary key: that saves most of the time and changes no figure below. */
    private static void fill(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            List<String> indexes = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery(
                    "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'audit_change' AND indexname <> 'audit_change_event'")) {
                while (rows.next()) {
                    indexes.add(rows.getString(2));
                }
            }
            for (String index : indexes) {
                statement.execute("DROP INDEX " + index.split(" ")[2]);
            }
            long step = ROWS / 10;
            for (long from = 0; from < ROWS; from += step) {
                statement.execute(FILL.replace("(%1$d, %2$d)", "(" + (from + 1) + ", " + (from + step) + ")")
                        .replace("%2$d", "" + ROWS)
                        .replace("%%", "%"));
            }
            for (String index : indexes) {
                statement.execute(index);
            }
            LocalDate today = LocalDate.now(ZoneOffset.UTC);
            for (int day = 366; day >= 0; day--) { // day by day, as they came
                statement.execute(COUNT.formatted(today.minusDays(day), today.minusDays(day - 1L)));
            }
            statement.execute("VACUUM ANALYZE audit_change");
            awaitFold(statement);
            for (String counts : List.of("change_total", "change_total_by_type", "change_total_by_user")) {
                statement.execute("VACUUM ANALYZE " + counts);
            }
        }
    }

    private static void awaitFold(Statement statement) {
        await("the journal is folded").atMost(Duration.ofMinutes(5)).until(() -> {
            try (ResultSet left = statement.executeQuery("SELECT 1 FROM change_delta LIMIT 1")) {
                return !left.next();
            }
        });
    }

    /** As in the middle of a drain: what a second of it appends to the journal, and nobody folds it. */
    private void withJournal(Connection connection) throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(hashtext(current_schema()), hashtext('roll-up'))");
            statement.execute(
                    """
                    INSERT INTO change_delta (day, entity_type, operation, changed_by, changes)
                    SELECT array_agg(current_date), array_agg('type-' || kind % 20), array_agg('UPDATE'::text),
                           array_agg('user-' || kind % 200), array_agg(1::bigint)
                    FROM generate_series(1, 60) AS entry, generate_series(1, 1000) AS kind GROUP BY entry
                    """);
            System.out.println("with 60,000 numbers in the journal:");
            times("/dashboard");
            times("/dashboard?days_back=365");
            statement.execute("SELECT pg_advisory_unlock(hashtext(current_schema()), hashtext('roll-up'))");
        }
    }

    private static void report(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        """
                        SELECT format('%s changes (%s, indexes %s); roll-up %s rows, by type %s, by user %s',
                               (SELECT count(*) FROM audit_change), pg_size_pretty(pg_table_size('audit_change')),
                               pg_size_pretty(pg_indexes_size('audit_change')), (SELECT count(*) FROM change_total),
                               (SELECT count(*) FROM change_total_by_type), (SELECT count(*) FROM change_total_by_user))
                        """)) {
            row.next();
            System.out.println(row.getString(1));
        }
    }

    private void searches() throws Exception {
        String from = LocalDate.now(ZoneOffset.UTC).minusDays(100) + "T00:00:00Z";
        System.out.println("| request | first | median | p99 |\n|---|---|---|---|");
        for (String request : List.of(
                "/dashboard",
                "/dashboard?days_back=7",
                "/dashboard?days_back=90",
                "/dashboard?days_back=365",
                "/dashboard?days_back=365&entity_type=type-3",
                "/changes",
                "/changes?limit=1000",
                "/changes?entity_type=type-3&entity_id=entity-4712",
                "/changes?changed_by=user-150&from=" + from,
                "/changes?entity_type=type-3&operation=DELETE",
                "/changes?correlation_id=request-500000",
                "/changes?field=state",
                "/changes?field=nothing-like-it",
                "/entities/type-3/entity-4712/timeline")) {
            times(request);
        }
    }

    private void times(String request) throws Exception {
        double[] millis = new double[120];
        for (int i = 0; i < millis.length; i++) {
            long began = System.nanoTime();
            HttpResponse<Void> answer = http.send(get(request), BodyHandlers.discarding());
            if (answer.statusCode() != 200 && answer.statusCode() != 404) {
                throw new IllegalStateException(request + " was answered with " + answer.statusCode());
            }
            millis[i] = (System.nanoTime() - began) / 1e6;
        }
        double[] warm = Arrays.copyOfRange(millis, 20, millis.length);
        Arrays.sort(warm);
        System.out.printf(
                Locale.ROOT,
                "| `%s` | %.1f ms | %.1f ms | %.1f ms |%n",
                request,
                millis[0],
                warm[warm.length / 2],
                warm[warm.length * 99 / 100]);
    }

    private void export(Connection connection) throws Exception {
        String from = LocalDate.now(ZoneOffset.UTC).minusDays(182) + "T00:00:00Z";
        System.out.println("| export of half of them | rows | size | time | rate |\n|---|---|---|---|---|");
        for (String format : List.of("ndjson", "csv")) {
            long began = System.nanoTime();
            long bytes = 0;
            long lines = 0;
            byte[] buffer = new byte[65_536];
            try (InputStream file = http.send(
                            get("/changes/export?format=" + format + "&from=" + from), BodyHandlers.ofInputStream())
                    .body()) {
                for (int read = file.read(buffer); read >= 0; read = file.read(buffer)) {
                    bytes += read;
                    for (int i = 0; i < read; i++) {
                        lines += buffer[i] == '\n' ? 1 : 0;
                    }
                }
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            mustBe(connection, from, lines - (format.equals("csv") ? 1 : 0));
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %d | %.2f GB | %.0f s | %.0f rows/s |%n",
                    format,
                    lines,
                    bytes / 1e9,
                    seconds,
                    lines / seconds);
        }
    }

    private static void mustBe(Connection connection, String from, long exported) throws SQLException {
        String query = "SELECT count(*) = " + exported + " FROM audit_change WHERE changed_at >= '" + from + "'";
        try (Statement count = connection.createStatement();
                ResultSet rows = count.executeQuery(query)) {
            if (!rows.next() || !rows.getBoolean(1)) {
                throw new IllegalStateException(exported + " rows were exported, which are not all since " + from);
            }
        }
    }

    private static HttpRequest get(String request) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + PORT + "/api/audit" + request))
                .timeout(Duration.ofMinutes(30))
                .build();
    }

    /** Kilobytes, on Linux. */
    private static long resident(Process service) throws Exception {
        return Files.readAllLines(Path.of("/proc/" + service.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmHWM"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }
}
