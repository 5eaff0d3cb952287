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
import java.security.Principal;
import java.sql.SQLException;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Deletes changes of calculations that need not be kept any longer. */
@Path("/api/calculations/audit/cleanup")
@Tag(name = "calculation audit")
final class CalculationCleanupResource {

    private static final int USUAL_DAYS = 365;

    @Schema(name = "CalculationCleanup")
    record Cleanup(
            @Schema(description = "30 to 3650", defaultValue = "365", nullable = true) @Nullable Integer daysToKeep) {}

    @Schema(name = "CalculationCleanedUp")
    record CleanedUp(long deletedCount, int retentionDays, Instant cleanupDate) {}

    @Schema(name = "CalculationCleanupAnswer")
    record Answer(boolean success, CleanedUp data, String message) {}

    private final Retention retention;

    CalculationCleanupResource(Retention retention) {
        this.retention = retention;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Delete changes of calculations that are older than a number of days",
            description =
                    "Whole days in UTC. 409 while another cleanup is running. POST /api/audit/cleanup does the same"
                            + " for all entity types.")
    public Answer cleanUp(@Nullable Cleanup body, @Context SecurityContext security) throws SQLException {
        Integer asked = Bounds.body(body).daysToKeep();
        int days = asked == null ? USUAL_DAYS : asked;
        Principal user = security.getUserPrincipal();
        Retention.Outcome outcome =
                retention.cleanUp(days, CalculationType.ENTITY_TYPES, false, user == null ? null : user.getName());
        return new Answer(
                true,
                new CleanedUp(outcome.deletedCount(), outcome.retentionDays(), outcome.cleanupDate()),
                "Cleaned up audit logs older than " + days + " days");
    }
}
