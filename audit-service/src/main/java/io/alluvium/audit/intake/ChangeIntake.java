package io.alluvium.audit.intake;

import io.alluvium.audit.AuditConfig;
import io.alluvium.kit.EventPublisher;
import io.alluvium.kit.Problem;
import io.alluvium.kit.Roles;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;

/** Takes changes over HTTP. */
@Path("/api/audit/changes")
@Tag(name = "intake", description = "Report changes")
final class ChangeIntake {

    private static final String NDJSON = "application/x-ndjson";

    /** @param eventIds in the order of the request; given ids as they were, the others made here */
    record Accepted(int accepted, List<String> eventIds) {}

    private final AuditConfig config;
    private final EventPublisher publisher;

    ChangeIntake(AuditConfig config, EventPublisher publisher) {
        this.config = config;
        this.publisher = publisher;
    }

    @POST
    @Consumes({MediaType.APPLICATION_JSON, NDJSON})
    @Produces(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.EMITTER)
    @Blocking // a large request takes longer to read than an event loop has
    @ResponseStatus(202)
    @Operation(
            summary = "Report one change or many",
            description =
                    "Answers once Kafka has acknowledged all of them. An event_id of your own makes the request"
                            + " safe to repeat: the same id is stored once. Either every event is valid and accepted, or none is.")
    @RequestBody(
            required = true,
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON,
                        schema = @Schema(oneOf = {ChangeDocument.class, ChangeDocument[].class})),
                @Content(mediaType = NDJSON, schema = @Schema(implementation = ChangeDocument.class))
            })
    @APIResponse(
            responseCode = "202",
            description = "Kafka has them; they are stored within milliseconds",
            content = @Content(schema = @Schema(type = SchemaType.OBJECT, implementation = Accepted.class)))
    public CompletionStage<Accepted> accept(@HeaderParam(HttpHeaders.CONTENT_TYPE) String contentType, byte[] body) {
        if (!config.intake().enabled()) {
            throw Problem.notFound("this replica takes no changes: audit.intake.enabled is false");
        }
        boolean lines = contentType != null && MediaType.valueOf(contentType).isCompatible(MediaType.valueOf(NDJSON));
        ChangeRequest request = ChangeRequest.read(
                body, lines, config.intake().maxEvents(), config.intake().maxEventBytes());
        return publisher
                .publish(request.records(config.topic().name(), config.intake().source()))
                .thenApply(acknowledged -> new Accepted(request.eventIds().size(), request.eventIds()));
    }
}
