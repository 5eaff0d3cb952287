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
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Lists what changed in calculations, newest first. */
@Path("/api/calculations/audit")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.READER)
@Tag(name = "calculation audit", description = "What changed in user and system calculations")
final class CalculationAuditResource {

    static final List<String> OPERATIONS = List.of("INSERT", "UPDATE", "DELETE");

    private static final PageLimit OF_ALL = new PageLimit(100, 500);
    private static final PageLimit OF_ONE = new PageLimit(50, 200);
    private static final String LIMIT = "1 to 500, 100 when absent";
    private static final String CURSOR = "metadata.next_cursor of the page before";
    private static final String PAGES = "Newest first. metadata.next_cursor is null when there is nothing more; a page"
            + " that is shorter than its limit may still have one.";

    @Schema(name = "CalculationRecent")
    record Recent(int limit, Instant timestamp, @Nullable String nextCursor) {}

    @Schema(name = "CalculationHistory")
    record OfCalculation(
            String calculationType, long calculationId, int limit, int recordCount, @Nullable String nextCursor) {}

    @Schema(name = "CalculationOfTimeline")
    record OfTimeline(String calculationType, long calculationId) {}

    @Schema(name = "CalculationOfUser")
    record OfUser(String username, int limit, int recordCount, @Nullable String nextCursor) {}

    @Schema(name = "CalculationOfOperation")
    record OfOperation(String operation, int limit, int recordCount, @Nullable String nextCursor) {}

    @Schema(name = "CalculationOfType")
    record OfType(String calculationType, int limit, int recordCount, @Nullable String nextCursor) {}

    private static final ChangeFilter CALCULATIONS = ChangeFilter.ofTypes(CalculationType.ENTITY_TYPES);

    private final CalculationTrail trail;

    CalculationAuditResource(CalculationTrail trail) {
        this.trail = trail;
    }

    @GET
    @Path("/recent")
    @Operation(summary = "The newest changes of all calculations", description = PAGES)
    public CalculationAnswer<List<CalculationAudit>, Recent> recent(
            @QueryParam("limit") @Parameter(description = LIMIT) @Nullable Integer limit,
            @QueryParam("cursor") @Parameter(description = CURSOR) @Nullable String cursor)
            throws SQLException {
        int rows = OF_ALL.of(limit);
        ChangePage page = trail.page(CALCULATIONS, Position.of(cursor), rows);
        return CalculationAnswer.of(
                CalculationAudit.of(page.changes()),
                new Recent(rows, Clock.systemUTC().instant(), page.nextCursor()));
    }

    @GET
    @Path("/calculation/{calculation_type}/{calculation_id}")
    @Operation(summary = "The changes of one calculation", description = PAGES)
    public CalculationAnswer<List<CalculationAudit>, OfCalculation> ofCalculation(
            @PathParam("calculation_type") @Parameter(description = "user or system") String calculationType,
            @PathParam("calculation_id") long calculationId,
            @QueryParam("limit") @Parameter(description = "1 to 200, 50 when absent") @Nullable Integer limit,
            @QueryParam("cursor") @Parameter(description = CURSOR) @Nullable String cursor)
            throws SQLException {
        CalculationType type = CalculationType.of(calculationType);
        int rows = OF_ONE.of(limit);
        ChangeFilter filter = ChangeFilter.ofEntity(type.entityType(), Long.toString(calculationId));
        ChangePage page = trail.page(filter, Position.of(cursor), rows);
        List<CalculationAudit> items = CalculationAudit.of(page.changes());
        return CalculationAnswer.of(
                items, new OfCalculation(type.word(), calculationId, rows, items.size(), page.nextCursor()));
    }

    @GET
    @Path("/calculation/{calculation_type}/{calculation_id}/timeline")
    @Operation(
            summary = "The life of one calculation, in words and in detail",
            description = "Of its 1000 newest changes. An empty timeline where nothing is known of the calculation.")
    public CalculationAnswer<CalculationTimeline, OfTimeline> timeline(
            @PathParam("calculation_type") @Parameter(description = "user or system") String calculationType,
            @PathParam("calculation_id") long calculationId)
            throws SQLException {
        CalculationType type = CalculationType.of(calculationType);
        return CalculationAnswer.of(trail.timeline(type, calculationId), new OfTimeline(type.word(), calculationId));
    }

    @GET
    @Path("/user/{username}")
    @Operation(summary = "The changes that one user made", description = PAGES)
    public CalculationAnswer<List<CalculationAudit>, OfUser> byUser(
            @PathParam("username") @Parameter(description = "white space around it does not count") String username,
            @QueryParam("limit") @Parameter(description = LIMIT) @Nullable Integer limit,
            @QueryParam("cursor") @Parameter(description = CURSOR) @Nullable String cursor)
            throws SQLException {
        String user = username.strip();
        if (user.isEmpty()) {
            throw Problem.badRequest("Username cannot be empty");
        }
        List<FieldError> errors = new ArrayList<>();
        ChangeParameters.check("username", List.of(user), 100, errors);
        if (!errors.isEmpty()) {
            throw Problem.validation(errors);
        }
        int rows = OF_ALL.of(limit);
        ChangePage page = trail.page(CALCULATIONS.withUsers(List.of(user)), Position.of(cursor), rows);
        List<CalculationAudit> items = CalculationAudit.of(page.changes());
        return CalculationAnswer.of(items, new OfUser(username, rows, items.size(), page.nextCursor()));
    }

    @GET
    @Path("/operation/{operation}")
    @Operation(summary = "The changes of one kind", description = PAGES)
    public CalculationAnswer<List<CalculationAudit>, OfOperation> byOperation(
            @PathParam("operation")
                    @Parameter(
                            description = "in upper or lower case",
                            schema =
                                    @Schema(
                                            type = SchemaType.STRING,
                                            enumeration = {"INSERT", "UPDATE", "DELETE"}))
                    String operation,
            @QueryParam("limit") @Parameter(description = LIMIT) @Nullable Integer limit,
            @QueryParam("cursor") @Parameter(description = CURSOR) @Nullable String cursor)
            throws SQLException {
        String wanted = operation.toUpperCase(Locale.ROOT);
        if (!OPERATIONS.contains(wanted)) {
            throw Problem.badRequest("Operation must be one of: " + String.join(", ", OPERATIONS));
        }
        int rows = OF_ALL.of(limit);
        ChangePage page = trail.page(CALCULATIONS.withOperations(List.of(wanted)), Position.of(cursor), rows);
        List<CalculationAudit> items = CalculationAudit.of(page.changes());
        return CalculationAnswer.of(items, new OfOperation(wanted, rows, items.size(), page.nextCursor()));
    }

    @GET
    @Path("/type/{calculation_type}")
    @Operation(summary = "The changes of user or of system calculations", description = PAGES)
    public CalculationAnswer<List<CalculationAudit>, OfType> byType(
            @PathParam("calculation_type") @Parameter(description = "user or system") String calculationType,
            @QueryParam("limit") @Parameter(description = LIMIT) @Nullable Integer limit,
            @QueryParam("cursor") @Parameter(description = CURSOR) @Nullable String cursor)
            throws SQLException {
        CalculationType type = CalculationType.of(calculationType);
        int rows = OF_ALL.of(limit);
        ChangePage page = trail.page(ChangeFilter.ofTypes(List.of(type.entityType())), Position.of(cursor), rows);
        List<CalculationAudit> items = CalculationAudit.of(page.changes());
        return CalculationAnswer.of(items, new OfType(type.word(), rows, items.size(), page.nextCursor()));
    }
}
