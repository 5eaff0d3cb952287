package io.alluvium.emitter;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.hibernate.SessionFactory;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.event.spi.EventType;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/** The capture of one session factory, for what an application can only tell at run time. Thread-safe. */
public final class ChangeCapture {

    private final CaptureSettings settings;
    private final Map<EntityPersister, AuditedEntity> entities = new ConcurrentHashMap<>();
    private volatile Supplier<@Nullable String> identity = () -> null;
    private volatile Supplier<@Nullable String> correlation = () -> null;
    private volatile Runnable whenCommitted = () -> {};

    ChangeCapture(CaptureSettings settings) {
        this.settings = settings;
    }

    /** @throws IllegalStateException when the factory has no audited entity, or the library was not found at its start */
    public static ChangeCapture of(SessionFactory factory) {
        AtomicReference<@Nullable ChangeCapture> found = new AtomicReference<>();
        factory.unwrap(SessionFactoryImplementor.class)
                .getEventEngine()
                .getListenerRegistry()
                .getEventListenerGroup(EventType.POST_INSERT)
                .fireEventOnEachListener(found, (listener, finder) -> {
                    if (listener instanceof CaptureListeners ours) {
                        finder.set(ours.capture());
                    }
                });
        ChangeCapture capture = found.get();
        if (capture != null) {
            return capture;
        }
        throw new IllegalStateException("no entity of this session factory is audited");
    }

    /**
     * Who is at work where no {@link ChangedBy} is open: the security identity, say. Asked on the thread of the session for
     * each change; null when nobody is known.
     */
    public ChangeCapture identity(Supplier<@Nullable String> supplier) {
        this.identity = supplier;
        return this;
    }

    /** What a change belongs to, such as the id of the request; at most 100 characters, null when there is nothing. */
    public ChangeCapture correlation(Supplier<@Nullable String> supplier) {
        this.correlation = supplier;
        return this;
    }

    /** Called after each commit that left events in the outbox: {@link OutboxRelay#wake()}, say. Must return at once. */
    public ChangeCapture whenCommitted(Runnable action) {
        this.whenCommitted = action;
        return this;
    }

    /** The table that a relay has to read. */
    public String outbox() {
        return settings.outbox();
    }

    CaptureSettings settings() {
        return settings;
    }

    void committed() {
        whenCommitted.run();
    }

    @Nullable
    AuditedEntity audited(EntityPersister persister) {
        return entities.get(persister);
    }

    /** @throws IllegalStateException at the name that is too long: a cut one would name somebody else */
    @Nullable
    String changedBy() {
        String scoped = ChangedBy.current();
        return scoped != null ? scoped : bounded("the name of who changed something", identity.get());
    }

    @Nullable
    String correlationId() {
        return bounded("a correlation id", correlation.get());
    }

    private static @Nullable String bounded(String what, @Nullable String text) {
        if (text != null && text.length() > ChangedBy.MAX_LENGTH) {
            throw new IllegalStateException(what + " may have 100 characters, has " + text.length());
        }
        return text;
    }

    void prepare(SessionFactoryImplementor factory) {
        Set<String> unknown = new HashSet<>(settings.entities());
        factory.getMappingMetamodel().forEachEntityDescriptor(persister -> {
            unknown.remove(persister.getEntityName());
            unknown.remove(persister.getMappedClass().getName());
            unknown.remove(persister.getJpaEntityName());
            if (AuditedEntity.isAudited(persister.getMappedClass(), persister.getEntityName(), settings)
                    || settings.entities().contains(persister.getJpaEntityName())) {
                entities.put(persister, AuditedEntity.of(persister));
            }
        });
        if (!unknown.isEmpty()) {
            throw new IllegalStateException("alluvium.audit.entities names no entity: " + String.join(", ", unknown));
        }
    }
}
