package io.alluvium.emitter;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.engine.spi.TransactionCompletionCallbacks.BeforeCompletionCallback;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one transaction that are not in the outbox yet. They are written with its connection, in their order, when
 * all its statements have run and before it commits. Not thread-safe: belongs to the thread of the session.
 */
final class PendingChanges {

    /** A transaction that changes a million rows must not hold a million events. */
    private static final int MOST_IN_MEMORY = 500;

    private final ChangeCapture capture;
    private final OutboxTable outbox;
    private final List<OutboxEvent> events = new ArrayList<>();
    private final Map<Object, Image> before = new IdentityHashMap<>();
    private boolean writesBeforeCommit;
    private boolean hasWritten;

    PendingChanges(ChangeCapture capture) {
        this.capture = capture;
        this.outbox = new OutboxTable(capture.settings().outbox());
    }

    /** The image of an object's row, taken before the statement that changes it. */
    void remember(Object entity, Image image) {
        before.put(entity, image);
    }

    @Nullable
    Image recall(Object entity) {
        return before.remove(entity);
    }

    void inserted(String type, String id, Image after, SharedSessionContractImplementor session) {
        add(new CapturedChange(type, id, "INSERT", null, after, null), session);
    }

    /** An UPDATE that changes nothing is none. */
    void updated(String type, String id, Image old, Image after, SharedSessionContractImplementor session) {
        List<String> changed = after.changedSince(old);
        if (!changed.isEmpty()) {
            add(new CapturedChange(type, id, "UPDATE", old, after, changed), session);
        }
    }

    void deleted(String type, String id, Image old, SharedSessionContractImplementor session) {
        add(new CapturedChange(type, id, "DELETE", old, null, null), session);
    }

    /**
     * Forgets what was not written. Hibernate keeps the callbacks of a transaction that was rolled back: they run when the next
     * one of that session commits, and must then find nothing.
     *
     * @return whether the transaction has written events
     */
    boolean end() {
        events.clear();
        before.clear();
        return hasWritten;
    }

    private void add(CapturedChange change, SharedSessionContractImplementor session) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        events.add(change.event(capture.settings(), capture.changedBy(), now, capture.correlationId()));
        if (events.size() >= MOST_IN_MEMORY) {
            write(session);
        }
        if (!writesBeforeCommit) {
            writesBeforeCommit = true;
            session.getTransactionCompletionCallbacks().registerCallback((BeforeCompletionCallback) completing -> {
                writesBeforeCommit = false; // a later listener may flush once more
                write(completing);
            });
        }
    }

    private void write(SharedSessionContractImplementor session) {
        if (events.isEmpty()) {
            return;
        }
        // INVARIANT: an event gets its id only after its own statement has locked the entity's row. Statements that
        // wait
        // in Hibernate's batch have not: without this line two transactions could draw their ids in the wrong order.
        session.getJdbcCoordinator().executeBatch();
        Connection connection =
                session.getJdbcCoordinator().getLogicalConnection().getPhysicalConnection();
        try {
            outbox.insert(connection, events);
        } catch (SQLException failure) {
            throw session.getFactory()
                    .getJdbcServices()
                    .getSqlExceptionHelper()
                    .convert(failure, "changes cannot be written to the outbox " + outbox.name());
        }
        events.clear();
        hasWritten = true;
    }
}
