package io.alluvium.emitter.enginelog;

import io.alluvium.emitter.enginelog.LogDrops.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The one thread behind a log. While Kafka answers, rows go from the ring to Kafka; when it does not, those under way and
 * all that follow go to the spill file, and from its begin to Kafka as soon as that is back. Only when the file is empty
 * do rows go to Kafka directly again: so they arrive in the order of logging, but for those that arrive twice.
 */
final class LogSender implements Runnable {

    private static final int BATCH = 2_048;
    private static final long IDLE_NANOS = 1_000_000;
    private static final long PROBE_NANOS = 50_000_000;
    private static final long QUIET_MILLIS = 200;

    private final EngineLogSettings settings;
    private final LogRing ring;
    private final LogDrops drops;
    private final LogConsole console;
    private final LogTopic topic;
    private final LogSpill spill;
    private final LogIds ids = new LogIds();

    /** Out of the ring, settled, and neither under way nor spilled. */
    private final List<LogEntry> pending = new ArrayList<>(BATCH);

    private long pendingSince;
    private volatile boolean direct = true;
    private volatile long closeAt = Long.MAX_VALUE;

    /** The begin of the spill file, on its way to Kafka: how many of these have been sent. */
    private List<LogEntry> draining = List.of();

    private int drained;
    private long probeAt;

    LogSender(EngineLogSettings settings, LogRing ring, LogDrops drops) {
        this.settings = settings;
        this.ring = ring;
        this.drops = drops;
        this.console = new LogConsole(settings.console(), System::nanoTime);
        this.topic = new LogTopic(settings, this::refuse);
        this.spill = new LogSpill(settings.spillFile(), settings.spillLimit(), console, this::lostInFile);
    }

    @Override
    public void run() {
        direct = !spill.reopen();
        while (System.nanoTime() < closeAt && !(isClosing() && isAllSafe())) {
            if (!round()) {
                LockSupport.parkNanos(IDLE_NANOS);
            }
        }
        end();
    }

    private boolean isClosing() {
        return closeAt != Long.MAX_VALUE;
    }

    private boolean isAllSafe() {
        return ring.size() == 0 && pending.isEmpty() && (!direct || topic.isIdle());
    }

    /** @return whether there was anything to do */
    private boolean round() {
        try {
            tellOfDrops();
            int taken = take();
            return (direct ? send() : spillAndDrain()) || taken > 0;
        } catch (RuntimeException | LinkageError defect) {
            console.say("defect: " + defect);
            drop("after a defect", Reason.REFUSED);
            return false;
        }
    }

    private int take() {
        if (!pending.isEmpty()) {
            return 0;
        }
        List<LogEntry> taken = new ArrayList<>();
        int count = ring.drain(taken, BATCH);
        taken.forEach(this::settle);
        pendingSince = System.nanoTime();
        return count;
    }

    private void settle(LogEntry entry) {
        try {
            entry.identify(ids.next(entry.loggedAt.toEpochMilli()), settings.instance());
            entry.settle();
            pending.add(entry);
        } catch (RuntimeException refused) {
            refuse(entry, String.valueOf(refused.getMessage()));
        }
    }

    private void refuse(LogEntry entry, String why) {
        drops.count(entry.table, Reason.REFUSED);
        console.row(entry, why);
    }

    private void lostInFile(LogTable table) {
        drops.count(table, Reason.REFUSED);
        console.say("a row of " + table.sqlName() + " in the spill file cannot be read");
    }

    private boolean send() {
        topic.settle();
        int sent = 0;
        while (sent < pending.size() && topic.send(pending.get(sent))) {
            sent++;
        }
        pending.subList(0, sent).clear();
        boolean stuck = !pending.isEmpty()
                && System.nanoTime() - pendingSince > settings.patience().toNanos();
        if (stuck || topic.isAway(settings.patience())) {
            goAway();
        }
        return sent > 0;
    }

    private void goAway() {
        List<LogEntry> underWay = topic.takeBack();
        pending.addAll(0, underWay);
        direct = false;
        probeAt = System.nanoTime() + PROBE_NANOS;
        spillPending();
    }

    private boolean spillAndDrain() {
        boolean spilled = spillPending();
        return drain() || spilled;
    }

    private boolean spillPending() {
        if (pending.isEmpty()) {
            return false;
        }
        String why = spill.write(pending);
        if (why != null) {
            drop(why, Reason.NO_ROOM);
        }
        pending.clear();
        return true;
    }

    private void drop(String why, Reason reason) {
        for (LogEntry entry : pending) {
            if (entry.report == null) {
                drops.count(entry.table, reason);
            } else {
                drops.untold(entry.report);
            }
            console.row(entry, why);
        }
        pending.clear();
    }

    /** Moves the begin of the spill file to Kafka. */
    private boolean drain() {
        topic.settle();
        if (topic.isAway(settings.patience().multipliedBy(4))) {
            topic.takeBack();
            draining = List.of();
            probeAt = System.nanoTime() + PROBE_NANOS;
            return false;
        }
        if (draining.isEmpty() && !spill.isEmpty() && System.nanoTime() >= probeAt) {
            draining = spill.oldest(BATCH);
            drained = 0;
        }
        if (draining.isEmpty()) {
            direct = spill.isEmpty() && topic.isIdle();
            return direct;
        }
        return sendDraining();
    }

    private boolean sendDraining() {
        int before = drained;
        if (System.nanoTime() >= probeAt) {
            while (drained < draining.size() && topic.send(draining.get(drained))) {
                drained++;
            }
            probeAt = drained == before && drained < draining.size() ? System.nanoTime() + PROBE_NANOS : probeAt;
        }
        if (drained == draining.size() && topic.isIdle()) {
            spill.delete();
            draining = List.of();
            return true;
        }
        return drained > before;
    }

    private void tellOfDrops() {
        for (LogDrops.Report report : drops.reports(isClosing() ? 0 : QUIET_MILLIS)) {
            LogEntry entry = new FunctionError()
                    .pythonFunctionName("engine_log")
                    .pythonFileName("alluvium")
                    .errorMessageText(report.text())
                    .entry;
            entry.loggedAt = java.time.Instant.now();
            entry.report = report;
            settle(entry);
        }
    }

    /** What Kafka has not acknowledged by the deadline is spilled, and what cannot be spilled is dropped and counted. */
    private void end() {
        try {
            if (direct) {
                goAway();
            }
            spillPending();
            while (take() > 0) {
                spillPending();
            }
        } catch (RuntimeException | LinkageError defect) {
            console.say("defect: " + defect);
        } finally {
            drop("not sent before the log was closed", Reason.CLOSED);
            topic.takeBack();
            spill.close();
        }
    }

    /** From any thread. */
    void misuse(String what) {
        console.say(what);
    }

    /** From any thread: makes everything safe that is in memory, until the deadline. */
    void close() {
        closeAt = System.nanoTime() + settings.closeDeadline().toNanos();
    }

    boolean isDirect() {
        return direct;
    }

    long acknowledged() {
        return topic.acknowledged();
    }

    long spilled() {
        return spill.spilled();
    }

    long waiting() {
        return spill.waiting();
    }
}
