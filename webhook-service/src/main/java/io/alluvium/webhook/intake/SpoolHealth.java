package io.alluvium.webhook.intake;

import io.smallrye.health.api.Wellness;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/**
 * Says what waits in the spool. The group "wellness" is down while anything does: the broker is away; and while there are
 * files of what was damaged or refused. The service stays ready, since it accepts webhooks all the same.
 */
@Singleton
final class SpoolHealth {

    private final Outlet outlet;

    SpoolHealth(Outlet outlet) {
        this.outlet = outlet;
    }

    @Produces
    @Singleton
    @Wellness
    HealthCheck spool() {
        return () -> {
            Spool spool = outlet.spool();
            if (spool == null) {
                return HealthCheckResponse.up("webhooks reach the topic");
            }
            long keptAside = keptAside(spool);
            return HealthCheckResponse.named("webhooks reach the topic")
                    .status(spool.waiting() == 0 && keptAside == 0)
                    .withData("kept_aside", keptAside)
                    .withData("spooled", spool.waiting())
                    .withData("bytes", spool.bytes())
                    .withData("max_bytes", spool.maxBytes())
                    .build();
        };
    }

    /** @return -1 when the disk does not tell */
    private static long keptAside(Spool spool) {
        try {
            return spool.keptAside();
        } catch (IOException unknown) {
            return -1;
        }
    }
}
