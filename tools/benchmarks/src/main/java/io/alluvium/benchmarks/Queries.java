package io.alluvium.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Dashboard, searches and export over many changes, by one client over HTTP. */
final class Queries {

    private static final int WARM_UP = 20;
    private static final int REQUESTS = 120;

    private static final List<String> HEADS = List.of("request under `/api/audit`", "first", "median", "p99");

    private final Options options;
    private final int rows;
    private final LocalDate today = LocalDate.now(ZoneOffset.UTC);
    private final HttpClient http = HttpClient.newHttpClient();

    Queries(Options options) {
        this.options = options;
        this.rows = options.number("events", 10_000_000);
    }

    void run() throws Exception {
        List<String> jvm = options.jvm("-Xmx256m");
        Report report = new Report("queries", String.format(Locale.ROOT, "Queries over %,d changes", rows), options);
        try (StackProcess stack = StackProcess.start();
                ServiceProcess service = ServiceProcess.start(stack, "queries", jvm, Map.of())) {
            service.awaitReady();
            try (Trail tables = Trail.open(stack)) {
                QueryTrail trail = new QueryTrail(tables);
                trail.fill(rows);
                report.text("The packaged audit-service with `" + String.join(" ", jvm)
                        + "`, one client over HTTP on 127.0.0.1. " + trail.size());
                searches(report, service);
                trail.withJournal(() -> journal(report, service));
                export(report, service, trail);
                report.text("Resident memory of the service at its highest, over all of the above: "
                        + resident(service) / 1024 + " MB. That all rows came is counted.");
            }
        }
        report.publish();
    }

    private void searches(Report report, ServiceProcess service) throws Exception {
        report.text("## Dashboard and searches");
        report.text(String.format(
                Locale.ROOT,
                "%d requests each; the first one, then median and 99th percentile of the last %d. The bound is 300 ms for the"
                        + " dashboard; the very first request of a service pays for loading classes as well.",
                REQUESTS,
                REQUESTS - WARM_UP));
        report.table(
                HEADS,
                times(
                        service,
                        List.of(
                                "/dashboard",
                                "/dashboard?days_back=7",
                                "/dashboard?days_back=90",
                                "/dashboard?days_back=365",
                                "/dashboard?days_back=365&entity_type=type-3",
                                "/changes",
                                "/changes?limit=1000",
                                "/changes?entity_type=type-3&entity_id=entity-4712",
                                "/changes?changed_by=user-150&from=" + today.minusDays(100) + "T00:00:00Z",
                                "/changes?entity_type=type-3&operation=DELETE",
                                "/changes?correlation_id=request-" + rows / 20,
                                "/changes?field=state",
                                "/changes?field=nothing-like-it",
                                "/entities/type-3/entity-4712/timeline")));
        report.text(
                "A search that finds nothing (`field=nothing-like-it`) costs what looking at 20,000 rows costs, and answers"
                        + " with a cursor to go on.");
    }

    private void journal(Report report, ServiceProcess service) throws Exception {
        report.text(
                "In the middle of a drain, with 60,000 numbers in the journal that nobody has folded yet, which is about a"
                        + " second of it:");
        report.table(HEADS, times(service, List.of("/dashboard", "/dashboard?days_back=365")));
    }

    private List<List<String>> times(ServiceProcess service, List<String> requests) throws Exception {
        List<List<String>> lines = new ArrayList<>();
        for (String request : requests) {
            Report.progress(request);
            double[] millis = new double[REQUESTS];
            for (int i = 0; i < REQUESTS; i++) {
                long began = System.nanoTime();
                HttpResponse<Void> answer = http.send(get(service, request), BodyHandlers.discarding());
                if (answer.statusCode() != 200 && answer.statusCode() != 404) {
                    throw new IOException(request + " was answered with " + answer.statusCode());
                }
                millis[i] = (System.nanoTime() - began) / 1e6;
            }
            Samples warm = new Samples(Arrays.copyOfRange(millis, WARM_UP, REQUESTS));
            lines.add(List.of(
                    "`" + request + "`", millis(millis[0]), millis(warm.median()), millis(warm.quantile(0.99))));
        }
        return lines;
    }

    private static String millis(double millis) {
        return String.format(Locale.ROOT, "%.1f ms", millis);
    }

    private void export(Report report, ServiceProcess service, QueryTrail trail) throws Exception {
        LocalDate from = today.minusDays(182);
        long wanted = trail.since(from);
        List<List<String>> lines = new ArrayList<>();
        for (String format : List.of("ndjson", "csv")) {
            Report.progress("export as " + format);
            long began = System.nanoTime();
            String request = "/changes/export?format=" + format + "&from=" + from + "T00:00:00Z";
            long[] read;
            try (InputStream file = http.send(get(service, request), BodyHandlers.ofInputStream())
                    .body()) {
                read = bytesAndLines(file);
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            long exported = read[1] - (format.equals("csv") ? 1 : 0); // a line of names
            if (exported != wanted) {
                throw new IOException(exported + " rows were exported, and there are " + wanted);
            }
            lines.add(List.of(
                    format,
                    String.format(Locale.ROOT, "%,d", exported),
                    String.format(Locale.ROOT, "%.2f GB", read[0] / 1e9),
                    String.format(Locale.ROOT, "%.0f s", seconds),
                    String.format(Locale.ROOT, "%,.0f rows/s", exported / seconds)));
        }
        report.text("## Export");
        report.text("Half of the trail, in one request each, by the same service:");
        report.table(List.of("format", "rows", "size", "time", "rate"), lines);
    }

    private static long[] bytesAndLines(InputStream file) throws IOException {
        byte[] buffer = new byte[65_536];
        long bytes = 0;
        long lines = 0;
        for (int read = file.read(buffer); read >= 0; read = file.read(buffer)) {
            bytes += read;
            for (int i = 0; i < read; i++) {
                lines += buffer[i] == '\n' ? 1 : 0;
            }
        }
        return new long[] {bytes, lines};
    }

    private static HttpRequest get(ServiceProcess service, String request) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + "/api/audit" + request))
                .timeout(Duration.ofMinutes(30))
                .build();
    }

    /** Kilobytes, at the most that it ever was. */
    private static long resident(ServiceProcess service) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + service.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmHWM"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }
}
