package io.alluvium.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signed webhooks of Zoho over HTTP: as many as there are answers to, and so many a second. All are stored meanwhile. */
final class WebhookLoad {

    private static final int WARM_UP_SECONDS = 20;
    private static final int OK = 200;
    private static final String SECRET = "secret of the measurement";

    private final Options options;
    private final int connections;
    private final int seconds;
    private final int rate;
    private final List<String> jvm;
    private final AtomicLong numbers = new AtomicLong();

    /** @param millis of each request, from when it was due to its answer */
    private record Load(List<Double> millis, double seconds, double service, double broker, double database) {}

    WebhookLoad(Options options) {
        this.options = options;
        this.connections = options.number("connections", 64);
        this.seconds = options.number("seconds", 30);
        this.rate = options.number("rate", 1500);
        this.jvm = options.jvm("-Xmx512m");
    }

    void run() throws Exception {
        Report report = new Report("webhooks", "Webhooks: signed, over HTTP", options);
        List<List<String>> rows = new ArrayList<>();
        Path spool = Files.createTempDirectory(Options.scratch(), "spool-");
        Map<String, String> settings = Map.of(
                "webhook.intake.spool.directory",
                spool.toString(),
                "webhook.intake.sources.zoho.verifier",
                "zoho",
                "webhook.intake.sources.zoho.secrets",
                "config:measurement.secret",
                "measurement.secret",
                SECRET);
        try (StackProcess stack = StackProcess.start();
                ServiceProcess service = ServiceProcess.start("webhook-service", stack, "webhooks", jvm, settings)) {
            service.awaitReady();
            Report.progress("warm-up");
            load(stack, service, WARM_UP_SECONDS, 0);
            Report.progress("as many as there are answers to");
            rows.add(row("as many as there are answers to", load(stack, service, seconds, 0)));
            awaitStored(stack);
            Report.progress(rate + " a second");
            load(stack, service, WARM_UP_SECONDS, rate);
            rows.add(row(String.format("%,d a second", rate), load(stack, service, seconds, rate)));
            service.mustBeAlive();
            awaitStored(stack);
        }
        report.text(String.format(
                """
                %d connections; each webhook has one record, an id and a body of its own, is signed, verified, looked up in the table,
                published (`acks=all`) and answered, while the same process stores it. %d s each, after %d s of warm-up. At a given
                rate a request counts from when it was due, whether or not its connection was free. Service options `%s`. Wanted:
                3,000 a second, and p99 < 25 ms at half of that.
                """,
                connections, seconds, WARM_UP_SECONDS, String.join(" ", jvm)));
        List<String> heads = new ArrayList<>(List.of("milliseconds", "requests/s"));
        heads.addAll(Samples.quantileNames());
        heads.addAll(List.of("service CPU us per request", "broker CPU us", "database CPU us"));
        report.table(heads, rows);
        report.text(
                "Every request was answered 200, and every event is a row at the end; anything else fails the run.");
        report.publish();
    }

    /** @param perSecond of all connections together; 0: each sends its next when it has its answer */
    private Load load(StackProcess stack, ServiceProcess service, int duration, int perSecond) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(connections);
        try {
            double serviceCpu = service.cpu();
            double broker = stack.brokerCpu();
            double database = stack.databaseCpu();
            long began = System.nanoTime();
            long end = began + duration * 1_000_000_000L;
            List<Future<List<Double>>> results = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                long gap = perSecond == 0 ? 0 : connections * 1_000_000_000L / perSecond;
                results.add(threads.submit(client(service.port(), began + i * gap / connections, gap, end)));
            }
            List<Double> millis = new ArrayList<>();
            for (Future<List<Double>> result : results) {
                millis.addAll(result.get());
            }
            return new Load(
                    millis,
                    (System.nanoTime() - began) / 1e9,
                    service.cpu() - serviceCpu,
                    stack.brokerCpu() - broker,
                    stack.databaseCpu() - database);
        } finally {
            threads.shutdownNow();
        }
    }

    private Callable<List<Double>> client(int port, long first, long gap, long end) {
        return () -> {
            Mac mac = mac();
            List<Double> millis = new ArrayList<>();
            try (HttpConnection connection = new HttpConnection(port)) {
                long due = first;
                for (; due < end; due = gap == 0 ? System.nanoTime() : due + gap) {
                    for (long ahead = due - System.nanoTime(); ahead > 0; ahead = due - System.nanoTime()) {
                        LockSupport.parkNanos(ahead);
                    }
                    send(connection, mac);
                    millis.add((System.nanoTime() - due) / 1e6);
                }
            }
            return millis;
        };
    }

    private void send(HttpConnection connection, Mac mac) throws IOException {
        long number = numbers.incrementAndGet();
        byte[] body =
                """
                {"operation":"update","module":"Deals","data":{"id":"%d","Deal_Name":"Renewal %d","Amount":%d.50,\
                "Stage":"Negotiation","Account_Name":{"id":"a-%d","name":"Example"},"Modified_Time":"2026-11-21T10:00:00Z"},\
                "modified_fields":["Amount","Stage"],"user":{"id":"u-7"}}"""
                        .formatted(number % 10_000, number, number % 1000, number % 1000)
                        .getBytes(UTF_8);
        String headers = "X-Zoho-Event-Id: load-" + number + "\r\nX-Zoho-Signature: "
                + HexFormat.of().formatHex(mac.doFinal(body)) + "\r\n";
        int status = connection.send("POST", "/webhooks/zoho", headers, body);
        if (status != OK) {
            throw new IOException("a webhook was answered " + status);
        }
    }

    private static Mac mac() throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(UTF_8), "HmacSHA256"));
        return mac;
    }

    private void awaitStored(StackProcess stack) throws Exception {
        try (Connection connection = DriverManager.getConnection(stack.jdbcUrl())) {
            Wait.until("all are stored", Duration.ofMinutes(2), () -> rows(connection) == numbers.get());
        }
    }

    private static long rows(Connection connection) throws SQLException {
        try (Statement select = connection.createStatement();
                ResultSet row = select.executeQuery("SELECT count(*) FROM webhook_events")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static List<String> row(String name, Load load) {
        Samples millis = new Samples(
                load.millis.stream().mapToDouble(Double::doubleValue).toArray());
        double million = load.millis.size() / 1e6;
        List<String> row = new ArrayList<>(List.of(name, String.format("%,.0f", load.millis.size() / load.seconds)));
        row.addAll(millis.quantiles());
        row.addAll(List.of(
                Samples.text(load.service / million),
                Samples.text(load.broker / million),
                Samples.text(load.database / million)));
        return row;
    }
}
