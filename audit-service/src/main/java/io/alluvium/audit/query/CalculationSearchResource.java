package io.alluvium.audit.query;

import io.alluvium.kit.Bounds;
import io.alluvium.kit.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Finds changes of calculations by several conditions at once. */
@Path("/api/calculations/audit/search")
@Tag(name = "calculation audit")
final class CalculationSearchResource {

    /** @param searchParams the search as it was understood */
    @Schema(name = "CalculationFound")
    record Found(CalculationSearch searchParams, int recordCount, @Nullable String nextCursor) {}

    private final CalculationTrail trail;

    CalculationSearchResource(CalculationTrail trail) {
        this.trail = trail;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.READER)
    @Operation(
            summary = "Search the changes of calculations",
            description = "Newest first. At most 100 values in an array and 1000 rows in an answer. A search that finds"
                    + " little may answer a short page that still has a metadata.next_cursor: go on until it is null.")
    public CalculationAnswer<List<CalculationAudit>, Found> search(@Nullable CalculationSearch body)
            throws SQLException {
        CalculationSearch search = Bounds.body(body);
        ChangePage page = trail.page(search.filter(), Position.of(search.cursor()), search.rows());
        List<CalculationAudit> items = CalculationAudit.of(page.changes());
        return CalculationAnswer.of(items, new Found(search, items.size(), page.nextCursor()));
    }
}
