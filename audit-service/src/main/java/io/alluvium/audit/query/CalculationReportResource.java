package io.alluvium.audit.query;

import io.alluvium.kit.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Shows how much changes in calculations. */
@Path("/api/calculations/audit")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.READER)
@Tag(name = "calculation audit")
final class CalculationReportResource {

    private static final int LEAST = 1;

    /** Fewer days make no trend. The dashboard shows those of shorter periods all the same. */
    private static final int LEAST_OF_TRENDS = 7;

    @Schema(name = "CalculationReport")
    record Generated(Instant generatedAt) {}

    @Schema(name = "CalculationDashboardReport")
    record GeneratedDashboard(Instant generatedAt, String dashboardVersion) {}

    private final CalculationReports reports;

    CalculationReportResource(CalculationReports reports) {
        this.reports = reports;
    }

    @GET
    @Path("/statistics")
    @Operation(summary = "How much changed, by operation, type and user, and what that says")
    public CalculationAnswer<CalculationStatistics, Generated> statistics(
            @QueryParam("days_back") @Parameter(description = "1 to 365, 30 when absent; 1 is today alone") @Nullable
                    Integer daysBack)
            throws SQLException {
        Instant now = Clock.systemUTC().instant();
        return CalculationAnswer.of(reports.statistics(CalculationPeriod.of(daysBack, LEAST), now), new Generated(now));
    }

    @GET
    @Path("/trends")
    @Operation(summary = "How much changed day by day")
    public CalculationAnswer<CalculationTrends, Generated> trends(
            @QueryParam("days_back") @Parameter(description = "7 to 365, 30 when absent") @Nullable Integer daysBack)
            throws SQLException {
        Instant now = Clock.systemUTC().instant();
        return CalculationAnswer.of(
                reports.trends(CalculationPeriod.of(daysBack, LEAST_OF_TRENDS), now), new Generated(now));
    }

    @GET
    @Path("/dashboard")
    @Operation(summary = "Statistics, trends and the newest changes in one answer")
    public CalculationAnswer<CalculationDashboard, GeneratedDashboard> dashboard(
            @QueryParam("days_back") @Parameter(description = "1 to 365, 30 when absent; 1 is today alone") @Nullable
                    Integer daysBack)
            throws SQLException {
        Instant now = Clock.systemUTC().instant();
        return CalculationAnswer.of(
                reports.dashboard(CalculationPeriod.of(daysBack, LEAST), now), new GeneratedDashboard(now, "1.0"));
    }
}
