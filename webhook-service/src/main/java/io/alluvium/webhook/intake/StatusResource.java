package io.alluvium.webhook.intake;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.alluvium.kit.Problem;
import io.alluvium.kit.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * How intake does, in the words of the original system, whose queue was in Redis: here it is the topic, and what waits for
 * it is the spool.
 */
@Path("/webhooks")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "intake", description = "Webhooks of the configured sources")
final class StatusResource {

    /**
     * @param redisConnected   whether webhooks go straight to the queue, which is Kafka
     * @param queueSize        bytes that wait in the spool
     * @param queueCapacity    bytes that may wait there
     * @param queueUtilization share of the two, in percent
     * @param spooledEvents    deliveries that wait there
     */
    record Health(
            String status,
            boolean redisConnected,
            long queueSize,
            long queueCapacity,
            String queueUtilization,
            long spooledEvents,
            Instant timestamp) {}

    /** @param acceptanceRate verified of all, in percent */
    record Metrics(
            long totalEvents,
            long verifiedEvents,
            long rejectedEvents,
            long duplicatedEvents,
            long queuedEvents,
            long failedEvents,
            long currentQueueSize,
            String acceptanceRate,
            @JsonProperty("deduplication_rate") String duplicateRate,
            Instant timestamp) {}

    private final Outlet outlet;
    private final IntakeCounters counters;

    StatusResource(Outlet outlet, IntakeCounters counters) {
        this.outlet = outlet;
        this.counters = counters;
    }

    @GET
    @Path("health")
    @RolesAllowed({Roles.READER, Roles.OPERATOR})
    @Operation(summary = "Whether webhooks are accepted, and what waits for the broker")
    public Health health() {
        Spool spool = spool();
        boolean full = spool.bytes() >= spool.maxBytes() || spool.refuses();
        return new Health(
                full ? "unhealthy" : "healthy",
                outlet.isDirect(),
                spool.bytes(),
                spool.maxBytes(),
                percent(spool.bytes(), spool.maxBytes()),
                spool.waiting(),
                Instant.now());
    }

    @GET
    @Path("metrics")
    @RolesAllowed({Roles.READER, Roles.OPERATOR})
    @Operation(summary = "What became of the deliveries since this process started")
    public Metrics metrics() {
        long total = counters.total();
        return new Metrics(
                total,
                counters.verifiedCount(),
                counters.rejectedCount(),
                counters.duplicatedCount(),
                counters.queuedCount(),
                counters.failedCount(),
                spool().bytes(),
                percent(counters.verifiedCount(), total),
                percent(counters.duplicatedCount(), total),
                Instant.now());
    }

    private Spool spool() {
        Spool spool = outlet.spool();
        if (spool == null) {
            throw Problem.notFound("this replica takes no webhooks: webhook.intake.enabled is false");
        }
        return spool;
    }

    private static String percent(long part, long whole) {
        return String.format(Locale.ROOT, "%.1f%%", whole == 0 ? 0 : 100.0 * part / whole);
    }
}
