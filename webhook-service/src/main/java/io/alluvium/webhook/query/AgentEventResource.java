package io.alluvium.webhook.query;

import io.alluvium.kit.Page;
import io.alluvium.kit.PageLimit;
import io.alluvium.kit.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Finds agent events. */
@Path("/api/agents/events")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "agents", description = "What agents did")
final class AgentEventResource {

    private static final PageLimit LIMIT = new PageLimit(100, 1000);

    /** @param nextCursor null when there is nothing more */
    record Listing(List<AgentEvent> events, @Nullable String nextCursor) {}

    private final AgentEvents events;

    AgentEventResource(AgentEvents events) {
        this.events = events;
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Operation(
            summary = "Search agent events, newest first",
            description =
                    "All filters must hold. One request looks at 20,000 rows at most: a page of a search that finds little"
                            + " may be short or empty and still have a next_cursor. Go on until next_cursor is null.")
    public Listing list(
            @BeanParam AgentEventFilter filter, @QueryParam("limit") Integer limit, @QueryParam("cursor") String cursor)
            throws SQLException {
        Page<AgentEvent> page = events.page(filter, cursor, LIMIT.of(limit));
        return new Listing(page.items(), page.nextCursor());
    }
}
