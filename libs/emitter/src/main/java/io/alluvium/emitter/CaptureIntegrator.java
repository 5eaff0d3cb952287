package io.alluvium.emitter;

import org.hibernate.SessionFactory;
import org.hibernate.SessionFactoryObserver;
import org.hibernate.boot.Metadata;
import org.hibernate.boot.spi.BootstrapContext;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.event.service.spi.EventListenerRegistry;
import org.hibernate.event.spi.EventType;
import org.hibernate.integrator.spi.Integrator;

/**
 * Found by Hibernate, and by Quarkus when it builds an application: a library on the class path is all that it takes, so
 * nobody can forget to switch the capture on.
 */
public final class CaptureIntegrator implements Integrator {

    @Override
    public void integrate(Metadata metadata, BootstrapContext context, SessionFactoryImplementor factory) {
        CaptureSettings settings = CaptureSettings.from(factory.getProperties());
        boolean audits = metadata.getEntityBindings().stream()
                .anyMatch(entity -> AuditedEntity.isAudited(entity.getMappedClass(), entity.getEntityName(), settings));
        if (!audits && settings.entities().isEmpty()) {
            return;
        }
        ChangeCapture capture = new ChangeCapture(settings);
        CaptureListeners listeners = new CaptureListeners(capture);
        EventListenerRegistry registry = factory.getEventEngine().getListenerRegistry();
        registry.appendListeners(EventType.PRE_DELETE, listeners);
        registry.appendListeners(EventType.PRE_UPDATE, listeners);
        registry.appendListeners(EventType.PRE_UPSERT, listeners);
        registry.appendListeners(EventType.POST_INSERT, listeners);
        registry.appendListeners(EventType.POST_UPDATE, listeners);
        registry.appendListeners(EventType.POST_UPSERT, listeners);
        registry.appendListeners(EventType.POST_DELETE, listeners);
        factory.addObserver(new SessionFactoryObserver() {
            @Override
            public void sessionFactoryCreated(SessionFactory created) {
                // The mappings are complete only now: a wrong name must stop the start, not the first change.
                capture.prepare((SessionFactoryImplementor) created);
            }
        });
    }
}
