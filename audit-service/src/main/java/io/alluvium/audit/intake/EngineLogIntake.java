package io.alluvium.audit.intake;

import io.alluvium.audit.AuditConfig;
import io.alluvium.emitter.enginelog.LogTable;
import io.alluvium.kit.EventPublisher;
import io.alluvium.kit.Problem;
import io.alluvium.kit.Roles;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;

/** Takes rows of engine logs over HTTP, from engines in any language. */
@Path("/api/engine-logs")
@Tag(name = "engine logs", description = "What engines log")
final class EngineLogIntake {

    /** In the original's words: they are in Kafka, and stored within milliseconds. */
    record Accepted(boolean ok, int rowsInserted) {}

    private final AuditConfig config;
    private final EventPublisher publisher;

    EngineLogIntake(AuditConfig config, EventPublisher publisher) {
        this.config = config;
        this.publisher = publisher;
    }

    @POST
    @Path("/{table}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.EMITTER)
    @Blocking // a large request takes longer to read than an event loop has
    @ResponseStatus(202)
    @Operation(
            summary = "Log one row or many of one table",
            description =
                    "An object of columns, or an array of them; names in any case, what is left out is NULL. Answers once"
                            + " Kafka has acknowledged all of them. Either every row is valid and accepted, or none is. An"
                            + " event_id of your own makes the request safe to repeat.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(type = SchemaType.OBJECT, additionalProperties = Object.class)))
    @APIResponse(
            responseCode = "202",
            description = "Kafka has them; they are stored within milliseconds",
            content = @Content(schema = @Schema(type = SchemaType.OBJECT, implementation = Accepted.class)))
    public CompletionStage<Accepted> accept(@PathParam("table") String table, byte[] body) {
        if (!config.intake().enabled()) {
            throw Problem.notFound("this replica takes no rows: audit.intake.enabled is false");
        }
        LogTable known = LogTable.of(table)
                .orElseThrow(() -> Problem.notFound("there is no such table; there are "
                        + java.util.Arrays.stream(LogTable.values())
                                .map(LogTable::sqlName)
                                .toList()));
        EngineLogRequest request = EngineLogRequest.read(
                known, body, config.intake().maxEvents(), config.intake().maxEventBytes());
        return publisher
                .publish(request.records(
                        config.engine().topic().name(), config.intake().source()))
                .thenApply(acknowledged -> new Accepted(true, request.elements().size()));
    }
}
