package io.alluvium.audit.calculation;

import io.alluvium.audit.calculation.CalculationUsage.Usage;
import io.alluvium.audit.calculation.Requests.Approval;
import io.alluvium.audit.calculation.Requests.NewSystem;
import io.alluvium.audit.calculation.Requests.Report;
import io.alluvium.audit.calculation.UserCalculationResource.Deleted;
import io.alluvium.kit.Bounds;
import io.alluvium.kit.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/** Calculations that are queries of their own. */
@Path("/api/calculations/system")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "calculations")
@CalculationStage
final class SystemCalculationResource {

    private final SystemCalculations calculations;
    private final CalculationUsage usage;

    SystemCalculationResource(SystemCalculations calculations, CalculationUsage usage) {
        this.calculations = calculations;
        this.usage = usage;
    }

    @GET
    @Path("/{id}")
    @RolesAllowed({Roles.READER, Roles.EMITTER})
    @Operation(summary = "One active system calculation")
    public SystemCalculation get(@PathParam("id") int id) {
        return calculations.active(id);
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.EMITTER)
    @ResponseStatus(201)
    @Operation(
            summary = "Create a system calculation",
            description = "Its SQL obeys the rules that validate-system-sql tells; it is kept, never run here. It is"
                    + " approved at once, which the trail shows as a second change by system_auto_approval.")
    public SystemCalculation create(@Valid NewSystem calculation) {
        return calculations.create(Bounds.body(calculation));
    }

    @POST
    @Path("/{id}/approve")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.EMITTER)
    @Operation(summary = "Approve a system calculation")
    public SystemCalculation approve(@PathParam("id") int id, @Valid Approval approval) {
        return calculations.approve(id, Bounds.body(approval).approvedBy());
    }

    @DELETE
    @Path("/{id}")
    @RolesAllowed(Roles.EMITTER)
    @Operation(
            summary = "Delete a system calculation",
            description = "It is kept and no longer active, so the trail shows an UPDATE; its name is free again.")
    public Deleted delete(@PathParam("id") int id) {
        return new Deleted(CalculationType.SYSTEM.deleted(calculations.delete(id)));
    }

    @GET
    @Path("/{id}/usage")
    @RolesAllowed({Roles.READER, Roles.EMITTER})
    @Operation(summary = "Reports that show a calculation")
    public Usage usage(
            @PathParam("id") int id,
            @QueryParam("limit") @Nullable Integer limit,
            @QueryParam("cursor") @Nullable String cursor) {
        return usage.of(CalculationType.SYSTEM, id, limit, cursor);
    }

    @PUT
    @Path("/{id}/usage/{report_id}")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.EMITTER)
    @Operation(summary = "Tell that a report shows a calculation", description = "May be repeated.")
    public Usage putUsage(@PathParam("id") int id, @PathParam("report_id") String reportId, @Valid Report report) {
        return usage.put(
                CalculationType.SYSTEM, id, reportId, Bounds.body(report).reportName());
    }

    @DELETE
    @Path("/{id}/usage/{report_id}")
    @RolesAllowed(Roles.EMITTER)
    @Operation(summary = "Tell that a report shows a calculation no longer")
    public Usage removeUsage(@PathParam("id") int id, @PathParam("report_id") String reportId) {
        return usage.remove(CalculationType.SYSTEM, id, reportId);
    }
}
