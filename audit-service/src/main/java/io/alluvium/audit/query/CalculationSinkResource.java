package io.alluvium.audit.query;

import io.alluvium.audit.AuditConfig;
import io.alluvium.kit.Roles;
import io.alluvium.kit.operations.SinkFlush;
import io.alluvium.kit.operations.SinkFlush.Flushed;
import io.alluvium.kit.operations.SinkOverview;
import io.alluvium.sink.SinkDatabase;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Tells how far changes are stored, and waits for them. */
@Path("/api/calculations/audit")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "calculation audit")
final class CalculationSinkResource {

    @Schema(name = "CalculationSinkStatsAnswer")
    record Stats(boolean success, CalculationSinkStats data, Instant timestamp) {}

    @Schema(name = "CalculationFlushAnswer")
    record Flush(
            boolean success,
            String message,
            CalculationSinkStats statsBefore,
            CalculationSinkStats statsAfter,
            Instant timestamp) {}

    private final String topic;
    private final SinkOverview overview;
    private final SinkFlush flush;
    private final CalculationSinkStats.Fixed fixed;

    CalculationSinkResource(
            AuditConfig config,
            SinkOverview overview,
            SinkFlush flush,
            Reading reading,
            @ConfigProperty(name = "mp.messaging.incoming.changes.fetch.max.wait.ms") int maxWaitMillis,
            @ConfigProperty(name = "mp.messaging.incoming.changes.max.poll.records") int maxBatchSize) {
        this.topic = config.topic().name();
        this.overview = overview;
        this.flush = flush;
        this.fixed = new CalculationSinkStats.Fixed(
                reading.database() == SinkDatabase.SQLSERVER, maxWaitMillis, maxBatchSize);
    }

    @GET
    @Path("/stats")
    @RolesAllowed(Roles.READER)
    @Operation(
            summary = "How changes get into the trail, and how many are on the way",
            description =
                    "Of the topic of all changes, of which those of calculations are a part. Answers also while the"
                            + " broker or the database is away; error then says why numbers are missing.")
    public Stats stats() {
        return new Stats(
                true,
                CalculationSinkStats.of(overview.of(topic), fixed),
                Clock.systemUTC().instant());
    }

    @POST
    @Path("/flush")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Wait until all changes that were published are stored",
            description =
                    "For 30 seconds at most: then 504, with how many are still to be stored; 503 while the sink is"
                            + " paused, with the reason. POST /api/sink/flush takes a timeout.")
    @APIResponse(
            responseCode = "200",
            description = "Every change that was in the topic at the time of the call is stored")
    public Flush flush() throws SQLException {
        Flushed flushed = flush.flush(topic, SinkFlush.USUAL);
        return new Flush(
                true,
                "Audit logs flushed successfully",
                CalculationSinkStats.of(flushed.before(), fixed),
                CalculationSinkStats.of(flushed.after(), fixed),
                Clock.systemUTC().instant());
    }
}
