package io.alluvium.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/** Single events over HTTP from many connections, each waiting for its 202 before it sends the next. */
final class IntakeLoad {

    private static final int WARM_UP_SECONDS = 15;
    private static final int ACCEPTED = 202;

    /** @param millis of each request */
    private record Load(
            List<Double> millis, double seconds, double service, double client, double broker, double database) {}

    private final Options options;
    private final int connections;
    private final int seconds;
    private final List<String> jvm;

    IntakeLoad(Options options) {
        this.options = options;
        this.connections = options.number("connections", 64);
        this.seconds = options.number("seconds", 30);
        this.jvm = options.jvm("-Xmx512m");
    }

    void run() throws Exception {
        Report report = new Report("intake", "Intake: single events over HTTP", options);
        List<List<String>> rows = new ArrayList<>();
        rows.add(row("the sink storing them at the same time", measure(true)));
        rows.add(row("intake alone (`audit.sink.enabled=false`)", measure(false)));
        report.text(String.format(
                """
                %d connections, each with one `POST /api/audit/changes` of one event at a time for %d s, after %d s of warm-up.
                202 comes when the broker has the event (`acks=all`, idempotent producer). Service options `%s`.
                """,
                connections, seconds, WARM_UP_SECONDS, String.join(" ", jvm)));
        report.table(
                List.of(
                        "with",
                        "requests/s",
                        "p50 ms",
                        "p99 ms",
                        "max ms",
                        "service CPU us per request",
                        "broker CPU us",
                        "database CPU us",
                        "client CPU us"),
                rows);
        report.text("Every request was answered 202; any other answer fails the run.");
        report.publish();
    }

    private Load measure(boolean withSink) throws Exception {
        try (StackProcess stack = StackProcess.start()) {
            stack.createTopic(ServiceProcess.TOPIC);
            Map<String, String> settings = Map.of("audit.sink.enabled", Boolean.toString(withSink));
            try (ServiceProcess service = ServiceProcess.start(stack, "intake", jvm, settings);
                    Trail trail = Trail.open(stack)) {
                service.awaitReady();
                Report.progress((withSink ? "with" : "without") + " the sink: warm-up");
                long sent = load(stack, service, WARM_UP_SECONDS).millis.size();
                Load load = load(stack, service, seconds);
                Report.progress(load.millis.size() / seconds + " requests/s");
                if (withSink) {
                    long all = sent + load.millis.size();
                    Wait.until("all are stored", Duration.ofMinutes(2), () -> trail.settled() == all);
                    trail.mustHold(all);
                }
                return load;
            }
        }
    }

    private Load load(StackProcess stack, ServiceProcess service, int duration) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(connections);
        try {
            double serviceCpu = service.cpu();
            double client = Cpu.ofProcess(ProcessHandle.current().pid());
            double broker = stack.brokerCpu();
            double database = stack.databaseCpu();
            long began = System.nanoTime();
            List<Future<List<Double>>> results = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                results.add(threads.submit(client(service.port(), began + i, over)));
            }
            Thread.sleep(duration * 1000L);
            over.set(true);
            List<Double> millis = new ArrayList<>();
            for (Future<List<Double>> result : results) {
                millis.addAll(result.get());
            }
            return new Load(
                    millis,
                    (System.nanoTime() - began) / 1e9,
                    service.cpu() - serviceCpu,
                    Cpu.ofProcess(ProcessHandle.current().pid()) - client,
                    stack.brokerCpu() - broker,
                    stack.databaseCpu() - database);
        } finally {
            over.set(true);
            threads.shutdown();
        }
    }

    private static Callable<List<Double>> client(int port, long seed, AtomicBoolean over) {
        return () -> {
            Shop shop = Shop.ofNow(seed);
            List<Double> millis = new ArrayList<>();
            try (HttpConnection connection = new HttpConnection(port)) {
                while (!over.get()) {
                    byte[] event = shop.next().json().getBytes(UTF_8);
                    long began = System.nanoTime();
                    int status = connection.post("/api/audit/changes", event);
                    if (status != ACCEPTED) {
                        throw new IOException("an event was answered " + status);
                    }
                    millis.add((System.nanoTime() - began) / 1e6);
                }
            }
            return millis;
        };
    }

    private static List<String> row(String name, Load load) {
        Samples millis = new Samples(
                load.millis.stream().mapToDouble(Double::doubleValue).toArray());
        double million = load.millis.size() / 1e6;
        return List.of(
                name,
                String.format("%,.0f", load.millis.size() / load.seconds),
                Samples.text(millis.median()),
                Samples.text(millis.quantile(0.99)),
                Samples.text(millis.max()),
                Samples.text(load.service / million),
                Samples.text(load.broker / million),
                Samples.text(load.database / million),
                Samples.text(load.client / million));
    }
}
