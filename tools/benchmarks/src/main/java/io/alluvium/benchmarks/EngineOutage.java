package io.alluvium.benchmarks;

import io.alluvium.emitter.enginelog.EngineLogStatus;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** An engine that logs at a steady rate while the broker stands still for a third of the time: nothing may be missing. */
final class EngineOutage {

    private static final String TOPIC = "engine.outage";

    private final Options options;
    private final int rate;
    private final int seconds;

    EngineOutage(Options options) {
        this.options = options;
        this.rate = options.number("rate", 50_000);
        this.seconds = options.number("seconds", 60);
    }

    void run() throws Exception {
        Report report = new Report("engine-outage", "Engine log: a broker that stands still", options);
        Path folder = Files.createTempDirectory("engine-outage");
        try (StackProcess stack = StackProcess.start()) {
            stack.createTopic(TOPIC);
            LogWay.Engine log = LogWay.Engine.open(stack.brokers(), TOPIC, folder.resolve("spill.db"), 65_536);
            long[] nanos = emit(log, stack);
            Report.progress("logged; waiting until the spill file is empty");
            Wait.until(
                    "the spill file is empty",
                    Duration.ofMinutes(10),
                    () -> log.engine().status().waiting() == 0);
            log.close();
            EngineLogStatus status = log.engine().status();
            Report.progress("counting what arrived");
            int arrived = arrived(stack.brokers());
            int third = nanos.length / 3;
            report.text(String.format(
                    Locale.ROOT,
                    "%,d rows a second for %d s; the broker is stopped (SIGSTOP) in the middle third.",
                    rate,
                    seconds));
            report.table(
                    List.of("part", "median, ns", "p99, ns", "p99.9, ns", "longest, ns"),
                    List.of(
                            row("broker up", Arrays.copyOfRange(nanos, 0, third)),
                            row("broker stopped", Arrays.copyOfRange(nanos, third, 2 * third)),
                            row("broker back", Arrays.copyOfRange(nanos, 2 * third, nanos.length))));
            report.table(
                    List.of("rows", "count"),
                    List.of(
                            List.of("logged", count(status.logged())),
                            List.of("in the topic, each once", count(arrived)),
                            List.of("counted as dropped", count(status.droppedInAll())),
                            List.of("went through the spill file", count(status.spilled())),
                            List.of("missing", count(status.logged() - status.droppedInAll() - arrived))));
        }
        report.publish();
    }

    private long[] emit(LogWay.Engine log, StackProcess stack) throws Exception {
        int rows = rate * seconds;
        long[] nanos = new long[rows];
        long start = System.nanoTime();
        for (int i = 0; i < rows; i++) {
            if (i == rows / 3) {
                stack.signal("STOP");
            } else if (i == rows / 3 * 2) {
                stack.signal("CONT");
            }
            long due = start + i * 1_000_000_000L / rate;
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            long before = System.nanoTime();
            log.log(i);
            nanos[i] = System.nanoTime() - before;
        }
        return nanos;
    }

    private static List<String> row(String name, long[] nanos) {
        Arrays.sort(nanos);
        return List.of(
                name,
                count(nanos[nanos.length / 2]),
                count(nanos[(int) (nanos.length * 0.99)]),
                count(nanos[(int) (nanos.length * 0.999)]),
                count(nanos[nanos.length - 1]));
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** Different ids in the topic, those of rows that tell of dropped ones left out. */
    private static int arrived(String brokers) {
        Set<ByteBuffer> ids = new HashSet<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", brokers, "auto.offset.reset", "earliest", "enable.auto.commit", "false"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = IntStream.range(0, StackProcess.PARTITIONS)
                    .mapToObj(partition -> new TopicPartition(TOPIC, partition))
                    .toList();
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofSeconds(1));
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    if (header(record, "ce_type").contains("functions")) {
                        ids.add(bytes(UUID.fromString(header(record, "ce_id"))));
                    }
                }
            }
        }
        return ids.size();
    }

    private static ByteBuffer bytes(UUID id) {
        return ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .flip();
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
