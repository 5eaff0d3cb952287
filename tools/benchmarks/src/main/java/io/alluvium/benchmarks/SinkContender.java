package io.alluvium.benchmarks;

import io.alluvium.benchmarks.Meter.Reading;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;

/**
 * The real service with one process or several. The first drains of a fresh process are its warm-up. For each further one the
 * tables are emptied and one more event goes into each partition: the sink sees that the database is behind what it has
 * read, as after the restore of an old backup, and reads the whole topic again.
 */
final class SinkContender {

    private static final Duration PATIENCE = Duration.ofMinutes(20);

    /**
     * How the service runs.
     *
     * @param consumers in each process
     */
    record Layout(int processes, int consumers) {

        String text() {
            int all = processes * consumers;
            return "audit-service, " + counted(all, "consumer")
                    + (processes == 1 && all > 1 ? " of one process" : "")
                    + (processes > 1 ? " in " + counted(processes, "process") : "");
        }

        private static String counted(int count, String what) {
            return count + " " + what + (count == 1 ? "" : what.endsWith("s") ? "es" : "s");
        }

        int members() {
            return processes * consumers;
        }
    }

    private final StackProcess stack;
    private final Trail trail;
    private final Publisher publisher;
    private final Shop shop;
    private final List<String> jvm;
    private long published;

    SinkContender(StackProcess stack, Trail trail, Publisher publisher, Shop shop, long published, List<String> jvm) {
        this.stack = stack;
        this.trail = trail;
        this.publisher = publisher;
        this.shop = shop;
        this.published = published;
        this.jvm = jvm;
    }

    long published() {
        return published;
    }

    /** @return the warm-up with the start of the JVM, and the drain that counts */
    List<Reading> drain(Layout layout) throws Exception {
        trail.reset();
        List<ServiceProcess> services = new ArrayList<>();
        try {
            long began = System.nanoTime();
            for (int i = 0; i < layout.processes(); i++) {
                services.add(ServiceProcess.start(
                        stack, "drain-" + i, jvm, Map.of("audit.sink.consumers", String.valueOf(layout.consumers()))));
            }
            List<Long> pids = services.stream().map(ServiceProcess::pid).toList();
            awaitSettled(services);
            Reading cold = cold(layout, began, pids);
            for (ServiceProcess service : services) {
                service.awaitReady();
            }
            Wait.until("the partitions are shared", PATIENCE, () -> partitionsAreShared(layout.members()));
            for (int done = 1; done < Drain.WARM_UPS; done++) {
                warm(layout, services, pids);
            }
            return List.of(cold, warm(layout, services, pids));
        } finally {
            services.forEach(ServiceProcess::close);
        }
    }

    private Reading cold(Layout layout, long began, List<Long> pids) throws IOException {
        double client = 0;
        for (long pid : pids) {
            client += Cpu.ofProcess(pid);
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        return new Reading(layout.text() + ", from the start of the JVM", published, seconds, client, 0, 0);
    }

    private Reading warm(Layout layout, List<ServiceProcess> services, List<Long> pids) throws Exception {
        trail.reset();
        Meter meter = new Meter(stack, pids);
        publisher.publishOneEach(ServiceProcess.TOPIC, shop);
        published += StackProcess.PARTITIONS;
        awaitSettled(services);
        double seconds = meter.seconds();
        Wait.until("the roll-up is folded", PATIENCE, () -> trail.number("SELECT count(*) FROM change_delta") == 0);
        Reading reading = meter.read(layout.text(), published, seconds);
        trail.mustHold(published);
        return reading;
    }

    private void awaitSettled(List<ServiceProcess> services) throws InterruptedException {
        Wait.until("all events are settled", PATIENCE, () -> {
            for (ServiceProcess service : services) {
                service.mustBeAlive();
            }
            return settled() == published;
        });
    }

    private long settled() throws SQLException {
        return trail.settled();
    }

    private boolean partitionsAreShared(int members) throws ExecutionException, InterruptedException {
        try (Admin admin = stack.admin()) {
            ConsumerGroupDescription group = admin.describeConsumerGroups(List.of(ServiceProcess.GROUP))
                    .describedGroups()
                    .get(ServiceProcess.GROUP)
                    .get();
            return group.members().size() == members
                    && group.members().stream()
                            .allMatch(member ->
                                    member.assignment().topicPartitions().size() == StackProcess.PARTITIONS / members);
        }
    }
}
