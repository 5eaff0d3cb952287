package io.alluvium.emitter.enginelog;

import io.alluvium.emitter.enginelog.LogDrops.Reason;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The log of an engine. A call never waits and never throws: it puts its row into memory, and another thread does the
 * rest. What cannot be kept is counted, and the log itself tells how much and since when: see {@link EngineLogStatus} and
 * rows of {@link LogTable#FUNCTION_ERROR} by {@code engine_log}. Thread-safe.
 */
public final class EngineLog implements AutoCloseable {

    private final LogRing ring;
    private final LogDrops drops = new LogDrops();
    private final LogSender sender;
    private final Thread thread;
    private final AtomicLong notInRing = new AtomicLong();
    private final EngineLogSettings settings;
    private volatile boolean closed;

    private EngineLog(EngineLogSettings settings) {
        this.settings = settings;
        this.ring = new LogRing(settings.ring());
        this.sender = new LogSender(settings, ring, drops);
        this.thread = new Thread(sender, "engine-log");
        thread.setDaemon(true);
    }

    /** Returns at once; whether Kafka or the spill file can be reached shows later, in {@link #status}. */
    public static EngineLog open(EngineLogSettings settings) {
        EngineLog log = new EngineLog(settings);
        log.thread.start();
        return log;
    }

    public void logFunctionExecution(FunctionExecution row) {
        log(row.entry);
    }

    public void logFunctionError(FunctionError row) {
        log(row.entry);
    }

    public void logPreSplitAudioFrame(PreSplitAudioFrame row) {
        log(row.entry);
    }

    public void logAudioFrameMetadata(AudioFrame row) {
        log(row.entry);
    }

    public void logRecordingConfig(RecordingConfig row) {
        log(row.entry);
    }

    public void logWebsocketConnection(WebsocketConnection row) {
        log(row.entry);
    }

    public void logWebsocketMessage(WebsocketMessage row) {
        log(row.entry);
    }

    public void logProcessRegistry(ProcessHeartbeat row) {
        log(row.entry);
    }

    public void logSteps(Step row) {
        log(row.entry);
    }

    public void logResourceMonitor(ResourceMeasurement row) {
        log(row.entry);
    }

    /**
     * Logs a row whose table and columns are known by name only. A column that is not there is NULL.
     *
     * @param table as in SQL or without {@code engine_db_log_}, in any case
     * @param row   values by column, in any case; not to be changed before the call returns
     * @return false when the table or a column does not exist: nothing is logged then, and the console says so
     */
    public boolean insert(String table, Map<String, ?> row) {
        try {
            Optional<LogTable> known = LogTable.of(table);
            if (known.isEmpty()) {
                sender.misuse("unknown table " + table);
                return false;
            }
            LogEntry entry = new LogEntry(known.get());
            for (Map.Entry<String, ?> cell : row.entrySet()) {
                int column = known.get().indexOf(cell.getKey());
                if (column < 0) {
                    drops.count(known.get(), Reason.REFUSED);
                    notInRing.incrementAndGet();
                    sender.misuse("unknown column " + cell.getKey() + " of "
                            + known.get().sqlName());
                    return false;
                }
                entry.set(column, cell.getValue());
            }
            log(entry);
            return true;
        } catch (RuntimeException strange) {
            sender.misuse("insert: " + strange);
            return false;
        }
    }

    /**
     * Logs {@code Start} and the end of what follows: use it with {@code try}, and tell {@link FunctionTimer#failed} what went
     * wrong.
     */
    public FunctionTimer start(String function, String file) {
        return new FunctionTimer(this, function, file, null);
    }

    /** The same, for a call that belongs to a recording. */
    public FunctionTimer start(String function, String file, long recordingId) {
        return new FunctionTimer(this, function, file, recordingId);
    }

    /** Calls the function and logs {@code Start} and {@code End (0.123s)} or {@code Error: <Class>: <message>}. */
    public <T> T timed(String function, String file, Callable<T> call) throws Exception {
        try (FunctionTimer timer = start(function, file)) {
            try {
                return call.call();
            } catch (Exception | Error failure) {
                timer.failed(failure);
                throw failure;
            }
        }
    }

    private void log(LogEntry entry) {
        entry.loggedAt = Instant.now();
        if (closed) {
            drop(entry.table, Reason.CLOSED);
        } else if (!ring.offer(entry)) {
            drop(entry.table, Reason.RING_FULL);
        }
    }

    private void drop(LogTable table, Reason reason) {
        notInRing.incrementAndGet();
        drops.count(table, reason);
    }

    public EngineLogStatus status() {
        EngineLogStatus.State state = closed
                ? EngineLogStatus.State.CLOSED
                : sender.isDirect() ? EngineLogStatus.State.SENDING : EngineLogStatus.State.SPILLING;
        return new EngineLogStatus(
                state,
                ring.offered() + notInRing.get(),
                sender.acknowledged(),
                ring.size(),
                sender.spilled(),
                sender.waiting(),
                drops.byTable(),
                drops.of(Reason.RING_FULL),
                drops.of(Reason.NO_ROOM),
                drops.of(Reason.REFUSED),
                drops.of(Reason.CLOSED));
    }

    /**
     * Brings what is in memory to Kafka, or to the spill file, within {@link EngineLogSettings#closeDeadline}; what is in
     * the file is sent by the next log that is given the same file. Later calls log nothing and are counted.
     */
    @Override
    public void close() {
        closed = true;
        sender.close();
        try {
            thread.join(settings.closeDeadline().toMillis() + 1_000);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
