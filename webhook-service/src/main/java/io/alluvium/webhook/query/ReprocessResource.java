package io.alluvium.webhook.query;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.alluvium.kit.Cursor;
import io.alluvium.kit.Page;
import io.alluvium.kit.PageLimit;
import io.alluvium.kit.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Who had dead letters processed again, or gave them up. */
@Path("/api/webhooks/dead-letters/reprocessed")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "events")
final class ReprocessResource {

    private static final PageLimit LIMIT = new PageLimit(50, 200);
    private static final UUID LAST = new UUID(-1, -1);

    // Ids are made of the time, so their order is that of the deeds.
    private static final String DEEDS =
            """
            SELECT id, at, by_whom, action, filter, events
            FROM webhook_reprocess
            WHERE id < ?
            ORDER BY id DESC
            LIMIT ?
            """;

    /**
     * @param action reprocess or give_up
     * @param filter which dead letters were asked for
     * @param events to how many it was done
     */
    record Deed(
            UUID id,
            Instant at,
            String byWhom,
            String action,
            @JsonRawValue @Schema(type = SchemaType.OBJECT) String filter,
            long events) {}

    private final Reading reading;

    ReprocessResource(Reading reading) {
        this.reading = reading;
    }

    @GET
    @RolesAllowed({Roles.READER, Roles.OPERATOR})
    @Operation(summary = "Who had dead letters processed again or gave them up, newest first")
    public Page<Deed> list(@QueryParam("limit") @Nullable Integer limit, @QueryParam("cursor") @Nullable String cursor)
            throws SQLException {
        Cursor after = Cursor.read(cursor, UUID.class);
        int most = LIMIT.of(limit);
        List<Deed> deeds =
                reading.read(DEEDS, List.of(after == null ? LAST : after.id(0), most + 1), ReprocessResource::deeds);
        boolean more = deeds.size() > most;
        List<Deed> page = more ? deeds.subList(0, most) : deeds;
        return new Page<>(page, more ? Cursor.after(page.get(most - 1).id()) : null);
    }

    private static List<Deed> deeds(ResultSet rows) throws SQLException {
        List<Deed> deeds = new ArrayList<>();
        while (rows.next()) {
            deeds.add(new Deed(
                    rows.getObject("id", UUID.class),
                    Objects.requireNonNull(Reading.time(rows, "at")),
                    rows.getString("by_whom"),
                    rows.getString("action"),
                    rows.getString("filter"),
                    rows.getLong("events")));
        }
        return deeds;
    }
}
