package io.alluvium.kit.operations;

import io.alluvium.kit.Problem;
import io.alluvium.kit.Problem.FieldError;
import io.alluvium.kit.Roles;
import io.alluvium.kit.operations.SinkFlush.Flushed;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** How far the sinks are, and whether their books balance. */
@Path("/api/sink")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "operations", description = "How far the sinks are, and what could not be stored")
final class SinkResource {

    record Overview(List<SinkReport> sinks) {}

    record FlushAnswer(long elapsedMs, List<Flushed> sinks) {}

    private final SinkOverview overview;
    private final SinkFlush flush;
    private final Reconciliation reconciliation;

    SinkResource(SinkOverview overview, SinkFlush flush, Reconciliation reconciliation) {
        this.overview = overview;
        this.flush = flush;
        this.reconciliation = reconciliation;
    }

    @GET
    @Path("/status")
    @RolesAllowed({Roles.READER, Roles.OPERATOR})
    @Operation(
            summary = "How far each sink is",
            description = "Answers also while the broker or the database is away; broker_problem and database_problem"
                    + " then say why numbers are missing.")
    public Overview status() {
        return new Overview(overview.all());
    }

    @POST
    @Path("/flush")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Wait until all that is in the topics now is stored",
            description =
                    "Answers how far each sink was before and is after. 503 while a sink is paused, with the reason;"
                            + " 504 when the time is over, with how much is still to be stored.")
    @APIResponse(
            responseCode = "200",
            description = "Everything that was in the topics at the time of the call is stored")
    public FlushAnswer flush(
            @Parameter(description = "how long to wait, at most PT5M", schema = @Schema(format = "duration"))
                    @QueryParam("timeout")
                    @Nullable
                    String timeout)
            throws SQLException {
        Duration patience = patience(timeout);
        long started = System.nanoTime();
        List<Flushed> flushed = flush.all(patience);
        return new FlushAnswer((System.nanoTime() - started) / 1_000_000, flushed);
    }

    private static Duration patience(@Nullable String text) {
        if (text == null) {
            return SinkFlush.USUAL;
        }
        try {
            Duration given = Duration.parse(text);
            if (!given.isNegative() && given.compareTo(SinkFlush.LONGEST) <= 0) {
                return given;
            }
        } catch (DateTimeParseException refused) {
            // told below, with the bounds
        }
        throw Problem.validation(
                new FieldError("timeout", "must be a duration like PT30S, from PT0S to " + SinkFlush.LONGEST));
    }

    @GET
    @Path("/reconciliation")
    @RolesAllowed({Roles.READER, Roles.OPERATOR})
    @Operation(
            summary = "Whether every record of the topics is accounted for",
            description = "Per partition: the books, what was never read (compacted, removed by retention, transaction"
                    + " markers), the dead letters, and records that retention removed before they were stored.")
    public Reconciliation.Report reconciliation() throws SQLException {
        return reconciliation.report();
    }
}
