package io.alluvium.webhook.query;

import io.alluvium.kit.Page;
import io.alluvium.kit.Problem;
import io.alluvium.kit.Problem.FieldError;
import io.alluvium.kit.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Lists what could not be delivered. */
@Path("/api/webhooks/dead-letters")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "events")
final class DeadLetterListResource {

    private final EventStore events;

    DeadLetterListResource(EventStore events) {
        this.events = events;
    }

    @GET
    @RolesAllowed({Roles.READER, Roles.OPERATOR})
    @Operation(
            summary = "Events that no attempt could deliver, newest first",
            description = "The events of status dead_letter, or with status=failed those that were given up.")
    public Page<EventView> list(
            @BeanParam EventFilter filter,
            @Parameter(description = "events per page, 50 unless told, at most 200") @QueryParam("limit") @Nullable
                    Integer limit,
            @QueryParam("cursor") @Nullable String cursor)
            throws SQLException {
        if (filter.status == null) {
            filter.status = "dead_letter";
        }
        filter.check();
        if (!filter.ofDeadLetters()) {
            throw Problem.validation(
                    new FieldError("status", "must be dead_letter or failed: others are no dead letters"));
        }
        return events.page(filter, cursor, EventResource.LIMIT.of(limit));
    }
}
