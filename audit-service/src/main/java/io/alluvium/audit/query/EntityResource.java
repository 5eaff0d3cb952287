package io.alluvium.audit.query;

import io.alluvium.kit.PageLimit;
import io.alluvium.kit.Problem;
import io.alluvium.kit.Problem.FieldError;
import io.alluvium.kit.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Tells the life of one entity. */
@Path("/api/audit/entities/{type}/{id}")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.READER)
@Tag(name = "trail")
final class EntityResource {

    private static final PageLimit TIMELINE = new PageLimit(200, 1000);

    /** @param nextCursor null when there is nothing more */
    record History(String entityType, String entityId, List<Change> changes, @Nullable String nextCursor) {}

    /** @param changes what has to be changed to come from the one state to the other */
    record Diff(EntityState from, EntityState to, List<FieldChange> changes) {}

    private final Changes changes;

    EntityResource(Changes changes) {
        this.changes = changes;
    }

    @GET
    @Path("/history")
    @Operation(summary = "All changes of an entity, newest first")
    public History history(
            @PathParam("type") String type,
            @PathParam("id") String id,
            @QueryParam("limit") Integer limit,
            @QueryParam("cursor") String cursor)
            throws SQLException {
        Position after = Position.of(cursor);
        ChangePage page = changes.page(entity(type, id), after, ChangeResource.LIMIT.of(limit));
        if (page.changes().isEmpty() && after == null) {
            throw unknown(type, id);
        }
        return new History(type, id, page.changes(), page.nextCursor());
    }

    @GET
    @Path("/timeline")
    @Operation(
            summary = "The life of an entity in words, newest first",
            description =
                    "Of the newest changes, 200 unless limit says otherwise: complete tells whether these are all.")
    public EntityTimeline timeline(
            @PathParam("type") String type, @PathParam("id") String id, @QueryParam("limit") Integer limit)
            throws SQLException {
        ChangePage page = changes.page(entity(type, id), null, TIMELINE.of(limit));
        if (page.changes().isEmpty()) {
            throw unknown(type, id);
        }
        return EntityTimeline.of(page);
    }

    @GET
    @Path("/as-of")
    @Operation(
            summary = "What an entity was at a moment",
            description = "The new image of its last change up to then. Before the first change that is known: the old"
                    + " image of that one, reconstructed.")
    public EntityState asOf(@PathParam("type") String type, @PathParam("id") String id, @QueryParam("at") Instant at)
            throws SQLException {
        entity(type, id);
        return state(type, id, needed("at", at));
    }

    @GET
    @Path("/diff")
    @Operation(
            summary = "What is different between two moments, field by field",
            description = "Numbers are compared by value, objects whatever the order of their members.")
    public Diff diff(
            @PathParam("type") String type,
            @PathParam("id") String id,
            @QueryParam("from") Instant from,
            @QueryParam("to") Instant to)
            throws SQLException {
        entity(type, id);
        if (needed("from", from).isAfter(needed("to", to))) {
            throw Problem.validation(new FieldError("from", "must not be after to"));
        }
        EntityState first = state(type, id, from);
        EntityState last = state(type, id, to);
        return new Diff(first, last, FieldChange.between(first.state(), last.state()));
    }

    private EntityState state(String type, String id, Instant at) throws SQLException {
        Optional<Change> last = changes.lastUntil(type, id, at);
        if (last.isPresent()) {
            return EntityState.after(last.get(), at);
        }
        return changes.firstAfter(type, id, at)
                .map(next -> EntityState.before(next, at))
                .orElseThrow(() -> unknown(type, id));
    }

    private static ChangeFilter entity(String type, String id) {
        List<FieldError> errors = new ArrayList<>();
        ChangeParameters.check("type", List.of(type), 100, errors);
        ChangeParameters.check("id", List.of(id), 200, errors);
        if (!errors.isEmpty()) {
            throw Problem.validation(errors);
        }
        return ChangeFilter.ofEntity(type, id);
    }

    private static Instant needed(String name, @Nullable Instant moment) {
        if (moment == null) {
            throw Problem.validation(new FieldError(name, "is required: a time such as 2026-11-20T18:30:00Z"));
        }
        return moment;
    }

    private static Problem unknown(String type, String id) {
        return Problem.notFound("no change of " + type + " " + id + " is stored, so nothing is known of it");
    }
}
