package io.alluvium.webhook.delivery;

import io.alluvium.kit.EventId;
import io.alluvium.kit.PageLimit;
import io.alluvium.kit.Problem;
import io.alluvium.kit.Problem.FieldError;
import io.alluvium.kit.Roles;
import io.alluvium.webhook.delivery.DeadLetters.Action;
import io.alluvium.webhook.delivery.DeadLetters.Letter;
import io.alluvium.webhook.table.EventStatus;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Events that no attempt could deliver: to process again once the cause is mended, or to give up. */
@Path("/api/webhooks/dead-letters")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "delivery", description = "Where events go, and what became of them")
final class DeadLetterResource {

    private static final Logger LOGGER = LoggerFactory.getLogger(DeadLetterResource.class);
    private static final PageLimit MANY = new PageLimit(1_000, 10_000);

    /** @param reprocessId under which it is kept who did it */
    record One(UUID id, String status, UUID reprocessId) {}

    /**
     * @param matching    dead letters that the filter finds, before anything was done
     * @param remaining   how many of them are left: call again
     * @param reprocessId under which it is kept who did it; null when nothing was
     */
    record Many(boolean dryRun, long matching, int reprocessed, long remaining, @Nullable UUID reprocessId) {}

    private final DeadLetters letters;
    private final SecurityIdentity caller;

    DeadLetterResource(DeadLetters letters, SecurityIdentity caller) {
        this.letters = letters;
        this.caller = caller;
    }

    @POST
    @Path("/{id}/reprocess")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Process one dead letter again",
            description = "It waits for delivery like a new event, by those routes that have not had it, under the same"
                    + " webhook-id. 409 when it is no dead letter.")
    public One reprocess(@PathParam("id") UUID id) throws SQLException {
        Letter letter = found(id);
        if (letter.status() != EventStatus.DEAD_LETTER && letter.status() != EventStatus.FAILED) {
            throw Problem.conflict("event " + id + " is " + letter.status().text() + ", no dead letter");
        }
        return act(Action.REPROCESS, id, letter, EventStatus.PENDING);
    }

    @POST
    @Path("/reprocess")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Process the dead letters again that the filter finds",
            description = "All of them without a filter. Only says how many there are unless dry_run is false. Oldest"
                    + " first, at most limit in one call; the answer says how many remain.")
    public Many reprocessMany(
            @BeanParam DeadLetterFilter filter,
            @Parameter(
                            schema =
                                    @Schema(
                                            type =
                                                    org.eclipse.microprofile.openapi.annotations.enums.SchemaType
                                                            .BOOLEAN,
                                            defaultValue = "true"))
                    @QueryParam("dry_run")
                    @Nullable
                    String dryRun,
            @Parameter(description = "letters of this call, 1000 unless told, at most 10000")
                    @QueryParam("limit")
                    @Nullable
                    Integer limit)
            throws SQLException {
        filter.check();
        int most = MANY.of(limit);
        boolean dry = isDry(dryRun);
        long matching = letters.count(filter);
        if (dry || matching == 0) {
            return new Many(dry, matching, 0, matching, null);
        }
        UUID deed = EventId.next();
        int done = letters.many(Action.REPROCESS, deed, filter, most, by());
        LOGGER.atInfo()
                .addKeyValue("user", by())
                .addKeyValue("reprocessId", deed)
                .addKeyValue("events", done)
                .log("dead letters reprocessed");
        return new Many(false, matching, done, letters.count(filter), deed);
    }

    @DELETE
    @Path("/{id}")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Give one dead letter up",
            description = "It is kept as failed, with who gave it up, and may still be processed again. 409 when it is"
                    + " no dead letter.")
    public One giveUp(@PathParam("id") UUID id) throws SQLException {
        Letter letter = found(id);
        if (letter.status() != EventStatus.DEAD_LETTER) {
            throw Problem.conflict("event " + id + " is " + letter.status().text() + ", no dead letter");
        }
        return act(Action.GIVE_UP, id, letter, EventStatus.FAILED);
    }

    private One act(Action action, UUID id, Letter letter, EventStatus now) throws SQLException {
        UUID deed = EventId.next();
        if (letters.one(action, deed, id, letter.seq(), by()) == 0) {
            throw Problem.conflict("event " + id + " is in somebody else's hands at this moment");
        }
        LOGGER.atInfo()
                .addKeyValue("user", by())
                .addKeyValue("reprocessId", deed)
                .addKeyValue("event", id)
                .addKeyValue("status", now.text())
                .log("dead letter resolved");
        return new One(id, now.text(), deed);
    }

    private Letter found(UUID id) throws SQLException {
        return letters.find(id).orElseThrow(() -> Problem.notFound("no event with the id " + id + " is stored"));
    }

    /** Taken literally: by the rules of JAX-RS a misspelt "true" would be false, and would send. */
    private static boolean isDry(@Nullable String text) {
        if (text == null || text.equals("true")) {
            return true;
        }
        if (text.equals("false")) {
            return false;
        }
        throw Problem.validation(new FieldError("dry_run", "must be true or false"));
    }

    private String by() {
        return caller.getPrincipal().getName();
    }
}
