package io.alluvium.kit.operations;

import io.alluvium.kit.SinkRegistration;
import io.alluvium.sink.SinkLoop;
import io.alluvium.sink.SinkStatus;
import io.smallrye.health.api.Wellness;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Says per topic what the sink does. The group "wellness" is down while a sink is paused: somebody must mend something. The
 * service is only then not ready when storing is all it does, and it always stays alive: a restart mends no database.
 */
@Singleton
final class SinkHealth {

    private final SinkOverview overview;

    SinkHealth(SinkOverview overview) {
        this.overview = overview;
    }

    @Produces
    @Singleton
    @Wellness
    HealthCheck wellness() {
        return () -> check("sinks are storing", false);
    }

    @Produces
    @Singleton
    @Readiness
    HealthCheck readiness() {
        return () -> check("sinks that are all this replica does are storing", true);
    }

    private HealthCheckResponse check(String name, boolean onlyAlone) {
        HealthCheckResponseBuilder answer = HealthCheckResponse.named(name).up();
        for (SinkRegistration registration : overview.registrations()) {
            SinkLoop loop = registration.loop();
            if (loop == null) {
                answer.withData(registration.topic(), SinkReport.State.ELSEWHERE.name());
                continue;
            }
            SinkStatus status = loop.status();
            String reason = status.reason() == null ? "" : ": " + status.reason();
            answer.withData(registration.topic(), status.state() + reason);
            if (status.state() == SinkStatus.State.PAUSED && (registration.alone() || !onlyAlone)) {
                answer.down();
            }
        }
        return answer.build();
    }
}
