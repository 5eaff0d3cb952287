package io.alluvium.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** How long an event takes from being published to being a row that others can see, at a steady rate. */
final class Latency {

    private static final int WARM_UP_SECONDS = 20;

    private final Options options;
    private final int rate;
    private final int warmUp;
    private final int events;
    private final List<String> jvm;

    /** Nanoseconds: when each event was due, was sent, was acknowledged and was seen as a row. */
    private final long[] due;

    private final long[] sent;
    private final long[] acknowledged;

    Latency(Options options) {
        this.options = options;
        this.rate = options.number("rate", 1000);
        this.warmUp = rate * WARM_UP_SECONDS;
        this.events = warmUp + rate * options.number("seconds", 60);
        this.jvm = options.jvm("-Xmx512m");
        this.due = new long[events];
        this.sent = new long[events];
        this.acknowledged = new long[events];
    }

    void run() throws Exception {
        Report report = new Report("latency", "Latency: from published to a row", options);
        try (StackProcess stack = StackProcess.start()) {
            stack.createTopic(ServiceProcess.TOPIC);
            try (ServiceProcess service = ServiceProcess.start(stack, "latency", jvm, Map.of())) {
                service.awaitReady();
                measure(stack, service, report);
            }
        }
    }

    private void measure(StackProcess stack, ServiceProcess service, Report report) throws Exception {
        try (Observer observer = new Observer(stack, events);
                Trail trail = Trail.open(stack);
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", stack.brokers(), "acks", "all", "linger.ms", "0"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            observer.start();
            Report.progress("publishing " + rate + " events/s");
            publish(producer, observer);
            observer.awaitAll(Duration.ofSeconds(60));
            service.mustBeAlive();
            trail.mustHold(events);
            publish(report, observer);
        }
    }

    private void publish(KafkaProducer<byte[], byte[]> producer, Observer observer) {
        Shop shop = Shop.ofNow(7);
        long began = System.nanoTime();
        for (int i = 0; i < events; i++) {
            var envelope = shop.next().toRecord(ServiceProcess.TOPIC, null);
            due[i] = began + i * 1_000_000_000L / rate;
            for (long ahead = due[i] - System.nanoTime(); ahead > 0; ahead = due[i] - System.nanoTime()) {
                LockSupport.parkNanos(ahead);
            }
            int number = i;
            sent[i] = System.nanoTime();
            producer.send(envelope, (metadata, refused) -> {
                if (refused == null) {
                    acknowledged[number] = System.nanoTime();
                    observer.expect(number, metadata.partition(), metadata.offset());
                }
            });
        }
    }

    private void publish(Report report, Observer observer) throws Exception {
        List<List<String>> rows = new ArrayList<>();
        rows.add(row("**published -> row visible**", sent, observer.seen()));
        rows.add(row("of these, published -> acknowledged by the broker", sent, acknowledged));
        rows.add(row("of these, acknowledged -> row visible", acknowledged, observer.seen()));
        rows.add(row("due -> row visible (with any lateness of the publisher)", due, observer.seen()));
        List<String> look = new ArrayList<>(List.of("between two looks at the database (in the figures above)"));
        look.addAll(observer.gaps().quantiles());
        rows.add(look);
        List<String> heads = new ArrayList<>(List.of("milliseconds"));
        heads.addAll(Samples.quantileNames());
        report.text(String.format(
                """
                %,d events/s with keys of 100,000 entities for %d s, after %d s of warm-up; `acks=all`, no linger, service options
                `%s`. Wanted: median < 15 ms, p99 < 50 ms.
                """,
                rate, (events - warmUp) / rate, WARM_UP_SECONDS, String.join(" ", jvm)));
        report.table(heads, rows);
        report.text(
                """
                "Published" is the moment before the producer is given the event. A row is visible from the first look at the
                database that shows the offset of its event in `sink_offset`, which changes in the transaction of the row; during the
                warm-up the rows themselves were counted besides, to show that it is so. The figures are upper bounds: they
                include the time up to the next look and the look itself.
                """);
        report.publish();
    }

    private List<String> row(String name, long[] from, long[] to) {
        double[] millis = new double[events - warmUp];
        for (int i = warmUp; i < events; i++) {
            millis[i - warmUp] = (to[i] - from[i]) / 1e6;
        }
        List<String> row = new ArrayList<>(List.of(name));
        row.addAll(new Samples(millis).quantiles());
        return row;
    }
}
