package io.alluvium.audit.calculation;

import io.alluvium.audit.calculation.CalculationUsage.Usage;
import io.alluvium.audit.calculation.Requests.Approval;
import io.alluvium.audit.calculation.Requests.NewUser;
import io.alluvium.audit.calculation.Requests.Report;
import io.alluvium.audit.calculation.Requests.UpdateUser;
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

/** Calculations that users define. */
@Path("/api/calculations/user")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "calculations")
@CalculationStage
final class UserCalculationResource {

    record Deleted(String message) {}

    private final UserCalculations calculations;
    private final CalculationUsage usage;

    UserCalculationResource(UserCalculations calculations, CalculationUsage usage) {
        this.calculations = calculations;
        this.usage = usage;
    }

    @GET
    @Path("/{id}")
    @RolesAllowed({Roles.READER, Roles.EMITTER})
    @Operation(summary = "One active user calculation")
    public UserCalculation get(@PathParam("id") int id) {
        return calculations.active(id);
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.EMITTER)
    @ResponseStatus(201)
    @Operation(
            summary = "Create a user calculation",
            description = "Its name must be free among the active ones of its level. It is approved at once, which the"
                    + " trail shows as a second change by system_auto_approval.")
    public UserCalculation create(@Valid NewUser calculation) {
        return calculations.create(Bounds.body(calculation));
    }

    @PUT
    @Path("/{id}")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.EMITTER)
    @Operation(
            summary = "Change a user calculation",
            description = "What is absent or null stays as it is; an empty description or weight_field is cleared.")
    public UserCalculation update(@PathParam("id") int id, @Valid UpdateUser changes) {
        return calculations.update(id, Bounds.body(changes));
    }

    @POST
    @Path("/{id}/approve")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.EMITTER)
    @Operation(summary = "Approve a user calculation")
    public UserCalculation approve(@PathParam("id") int id, @Valid Approval approval) {
        return calculations.approve(id, Bounds.body(approval).approvedBy());
    }

    @DELETE
    @Path("/{id}")
    @RolesAllowed(Roles.EMITTER)
    @Operation(
            summary = "Delete a user calculation",
            description = "It is kept and no longer active, so the trail shows an UPDATE; its name is free again.")
    public Deleted delete(@PathParam("id") int id) {
        return new Deleted(CalculationType.USER.deleted(calculations.delete(id)));
    }

    @GET
    @Path("/{id}/usage")
    @RolesAllowed({Roles.READER, Roles.EMITTER})
    @Operation(summary = "Reports that show a calculation")
    public Usage usage(
            @PathParam("id") int id,
            @QueryParam("limit") @Nullable Integer limit,
            @QueryParam("cursor") @Nullable String cursor) {
        return usage.of(CalculationType.USER, id, limit, cursor);
    }

    @PUT
    @Path("/{id}/usage/{report_id}")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.EMITTER)
    @Operation(summary = "Tell that a report shows a calculation", description = "May be repeated.")
    public Usage putUsage(@PathParam("id") int id, @PathParam("report_id") String reportId, @Valid Report report) {
        return usage.put(CalculationType.USER, id, reportId, Bounds.body(report).reportName());
    }

    @DELETE
    @Path("/{id}/usage/{report_id}")
    @RolesAllowed(Roles.EMITTER)
    @Operation(summary = "Tell that a report shows a calculation no longer")
    public Usage removeUsage(@PathParam("id") int id, @PathParam("report_id") String reportId) {
        return usage.remove(CalculationType.USER, id, reportId);
    }
}
