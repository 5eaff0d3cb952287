package io.alluvium.webhook.query;

import io.alluvium.kit.Page;
import io.alluvium.kit.PageLimit;
import io.alluvium.kit.Problem;
import io.alluvium.kit.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Finds stored events. */
@Path("/api/webhooks/events")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "events", description = "What was received, and what became of it")
final class EventResource {

    static final PageLimit LIMIT = new PageLimit(50, 200);

    private final EventStore events;

    EventResource(EventStore events) {
        this.events = events;
    }

    @GET
    @RolesAllowed({Roles.READER, Roles.OPERATOR})
    @Operation(
            summary = "Search events, newest first",
            description =
                    "All filters must hold. One request looks at 20,000 events at most: a page of a search that finds"
                            + " little may be short or empty and still have a next_cursor. Go on until next_cursor is null.")
    public Page<EventView> list(
            @BeanParam EventFilter filter,
            @Parameter(description = "events per page, 50 unless told, at most 200") @QueryParam("limit") @Nullable
                    Integer limit,
            @QueryParam("cursor") @Nullable String cursor)
            throws SQLException {
        filter.check();
        return events.page(filter, cursor, LIMIT.of(limit));
    }

    @GET
    @Path("/{id}")
    @RolesAllowed({Roles.READER, Roles.OPERATOR})
    @Operation(summary = "One event, whole, with every attempt to deliver it")
    public EventDetail one(@PathParam("id") UUID id) throws SQLException {
        return events.one(id).orElseThrow(() -> Problem.notFound("no event with the id " + id + " is stored"));
    }
}
