package io.alluvium.emitter;

import java.sql.Connection;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import org.hibernate.LockMode;
import org.hibernate.StatelessSession;
import org.hibernate.engine.spi.EntityEntry;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.event.spi.PostDeleteEvent;
import org.hibernate.event.spi.PostDeleteEventListener;
import org.hibernate.event.spi.PostInsertEvent;
import org.hibernate.event.spi.PostInsertEventListener;
import org.hibernate.event.spi.PostUpdateEvent;
import org.hibernate.event.spi.PostUpdateEventListener;
import org.hibernate.event.spi.PostUpsertEvent;
import org.hibernate.event.spi.PostUpsertEventListener;
import org.hibernate.event.spi.PreDeleteEvent;
import org.hibernate.event.spi.PreDeleteEventListener;
import org.hibernate.event.spi.PreUpdateEvent;
import org.hibernate.event.spi.PreUpdateEventListener;
import org.hibernate.event.spi.PreUpsertEvent;
import org.hibernate.event.spi.PreUpsertEventListener;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/** Turns what Hibernate does into changes. Thread-safe; what belongs to a session is touched by its thread only. */
final class CaptureListeners
        implements PreDeleteEventListener,
                PreUpdateEventListener,
                PreUpsertEventListener,
                PostInsertEventListener,
                PostUpdateEventListener,
                PostUpsertEventListener,
                PostDeleteEventListener {

    private static final long serialVersionUID = 1L;

    private final transient ChangeCapture capture;

    /** Weak, for sessions that are dropped in the middle of a transaction: pending changes know nothing of their session. */
    private final transient Map<SharedSessionContractImplementor, PendingChanges> pending =
            Collections.synchronizedMap(new WeakHashMap<>());

    CaptureListeners(ChangeCapture capture) {
        this.capture = capture;
    }

    ChangeCapture capture() {
        return capture;
    }

    @Override
    public boolean requiresPostCommitHandling(EntityPersister persister) {
        return false;
    }

    @Override
    public void onPostInsert(PostInsertEvent event) {
        AuditedEntity entity = capture.audited(event.getPersister());
        if (entity != null) {
            SharedSessionContractImplementor session = event.getSession();
            Image after = entity.image(event.getId(), event.getState(), session);
            changes(session).inserted(entity.type(), entity.idText(event.getId(), session), after, session);
        }
    }

    /** A stateless session updates what it has not read: the row is read, and locked, while it still is as it was. */
    @Override
    public boolean onPreUpdate(PreUpdateEvent event) {
        AuditedEntity entity = capture.audited(event.getPersister());
        if (entity != null && event.getOldState() == null) {
            rememberStored(entity, event.getEntity(), event.getId(), event.getPersister(), event.getSession());
        }
        return false;
    }

    @Override
    public void onPostUpdate(PostUpdateEvent event) {
        AuditedEntity entity = capture.audited(event.getPersister());
        if (entity != null) {
            SharedSessionContractImplementor session = event.getSession();
            Image before = event.getOldState() != null
                    ? entity.image(event.getId(), event.getOldState(), session)
                    : changes(session).recall(event.getEntity());
            if (before != null) {
                updated(entity, event.getId(), before, event.getState(), session);
            }
        }
    }

    @Override
    public boolean onPreUpsert(PreUpsertEvent event) {
        AuditedEntity entity = capture.audited(event.getPersister());
        if (entity != null) {
            rememberStored(entity, event.getEntity(), event.getId(), event.getPersister(), event.getSession());
        }
        return false;
    }

    @Override
    public void onPostUpsert(PostUpsertEvent event) {
        AuditedEntity entity = capture.audited(event.getPersister());
        if (entity != null) {
            SharedSessionContractImplementor session = event.getSession();
            Image before = changes(session).recall(event.getEntity());
            if (before == null) {
                Image after = entity.image(event.getId(), event.getState(), session);
                changes(session).inserted(entity.type(), entity.idText(event.getId(), session), after, session);
            } else {
                updated(entity, event.getId(), before, event.getState(), session);
            }
        }
    }

    private void updated(
            AuditedEntity entity, Object id, Image before, Object[] state, SharedSessionContractImplementor session) {
        Image after = entity.imageAfterUpdate(before, id, state, session);
        changes(session).updated(entity.type(), entity.idText(id, session), before, after, session);
    }

    /**
     * The image is taken from the state that was loaded: the "deleted state" of the event has lost its references to
     * entities that are deleted in the same flush.
     */
    @Override
    public boolean onPreDelete(PreDeleteEvent event) {
        AuditedEntity entity = capture.audited(event.getPersister());
        if (entity != null) {
            SharedSessionContractImplementor session = event.getSession();
            Object[] loaded = loadedState(event, session);
            if (loaded == null) {
                rememberStored(entity, event.getEntity(), event.getId(), event.getPersister(), session);
            } else {
                changes(session).remember(event.getEntity(), entity.image(event.getId(), loaded, session));
            }
        }
        return false;
    }

    private static Object @Nullable [] loadedState(PreDeleteEvent event, SharedSessionContractImplementor session) {
        EntityEntry entry = session.isStateless()
                ? null
                : session.getPersistenceContextInternal().getEntry(event.getEntity());
        return entry == null ? null : entry.getLoadedState();
    }

    @Override
    public void onPostDelete(PostDeleteEvent event) {
        AuditedEntity entity = capture.audited(event.getPersister());
        if (entity != null) {
            SharedSessionContractImplementor session = event.getSession();
            Image before = changes(session).recall(event.getEntity());
            if (before != null) {
                changes(session).deleted(entity.type(), entity.idText(event.getId(), session), before, session);
            }
        }
    }

    private PendingChanges changes(SharedSessionContractImplementor session) {
        PendingChanges known = pending.get(session);
        if (known != null) {
            return known;
        }
        if (!session.isTransactionInProgress()) {
            throw new IllegalStateException("an audited entity can be changed in a transaction only");
        }
        PendingChanges changes = new PendingChanges(capture);
        pending.put(session, changes);
        session.getTransactionCompletionCallbacks()
                .registerCallback((boolean committed, SharedSessionContractImplementor completed) -> {
                    PendingChanges done = pending.remove(completed);
                    if (done != null && done.end() && committed) {
                        capture.committed();
                    }
                });
        return changes;
    }

    /** Remembers the row as the database has it; nothing when there is none. */
    private void rememberStored(
            AuditedEntity entity,
            Object object,
            Object id,
            EntityPersister persister,
            SharedSessionContractImplementor session) {
        session.getJdbcCoordinator().executeBatch();
        Connection connection =
                session.getJdbcCoordinator().getLogicalConnection().getPhysicalConnection();
        try (StatelessSession reading = session.getFactory()
                .withStatelessOptions()
                .connection(connection)
                .openStatelessSession()) {
            Object stored = reading.get(persister.getEntityName(), id, LockMode.PESSIMISTIC_WRITE);
            if (stored != null) {
                changes(session).remember(object, entity.image(id, persister.getValues(stored), session));
            }
        }
    }
}
