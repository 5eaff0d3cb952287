package io.alluvium.audit.query;

import io.alluvium.kit.Bounds;
import io.alluvium.kit.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.sql.SQLException;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Deletes what need not be kept any longer. */
@Path("/api/audit/cleanup")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "trail")
final class CleanupResource {

    /** What is asked for; what is left out has its default. */
    record Cleanup(
            @Schema(description = "30 to 3650", defaultValue = "365", nullable = true) @Nullable Integer daysToKeep,
            @Schema(description = "only count", defaultValue = "false", nullable = true) @Nullable Boolean dryRun) {}

    private final Retention retention;

    CleanupResource(Retention retention) {
        this.retention = retention;
    }

    @POST
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Delete changes of all entity types that are older than a number of days",
            description =
                    "Whole days in UTC. Answers when all are deleted; what is deleted stays so when it breaks off.")
    public Retention.Outcome cleanUp(Cleanup cleanup, @Context SecurityContext security) throws SQLException {
        Cleanup asked = Bounds.body(cleanup);
        return retention.cleanUp(
                asked.daysToKeep() == null ? 365 : asked.daysToKeep(),
                List.of(),
                Boolean.TRUE.equals(asked.dryRun()),
                security.getUserPrincipal() == null
                        ? null
                        : security.getUserPrincipal().getName());
    }
}
