package io.alluvium.audit.query;

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
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Finds changes. */
@Path("/api/audit/changes")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "trail", description = "What changed, when, and who changed it")
final class ChangeResource {

    static final PageLimit LIMIT = new PageLimit(100, 1000);

    // UUID.fromString is content with 1-1-1-1-1.
    private static final Pattern UUID_TEXT = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    /** @param nextCursor null when there is nothing more */
    record Listing(List<Change> changes, @Nullable String nextCursor) {}

    private final Changes changes;

    ChangeResource(Changes changes) {
        this.changes = changes;
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Operation(
            summary = "Search the trail, newest first",
            description =
                    "All filters must hold. One request looks at 20,000 rows at most: a page of a search that finds little"
                            + " may be short or empty and still have a next_cursor. A page ends early, too, when its images grow"
                            + " beyond 8 MB. Go on until next_cursor is null.")
    public Listing list(
            @BeanParam ChangeParameters parameters,
            @QueryParam("limit") Integer limit,
            @QueryParam("cursor") String cursor)
            throws SQLException {
        ChangePage page = changes.page(parameters.filter(), Position.of(cursor), LIMIT.of(limit));
        return new Listing(page.changes(), page.nextCursor());
    }

    @GET
    @Path("/{event_id}")
    @RolesAllowed(Roles.READER)
    @Operation(summary = "One change by the id of its event")
    public Change one(@PathParam("event_id") String eventId) throws SQLException {
        if (!UUID_TEXT.matcher(eventId).matches()) {
            throw Problem.badRequest("event_id", "must be a UUID");
        }
        return changes.byEventId(UUID.fromString(eventId))
                .orElseThrow(() -> Problem.notFound("no change with event_id " + eventId + " is stored"));
    }
}
