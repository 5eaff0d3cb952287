package io.alluvium.kit.operations;

import io.alluvium.kit.Cursor;
import io.alluvium.kit.Page;
import io.alluvium.kit.PageLimit;
import io.alluvium.kit.Problem;
import io.alluvium.kit.Problem.FieldError;
import io.alluvium.kit.Roles;
import io.alluvium.sink.DeadLetters.Filter;
import io.alluvium.sink.DeadLetters.Letter;
import io.alluvium.sink.DeadLetters.Status;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The records that could not be stored: to look at, to send again once the cause is mended, to give up. */
@Path("/api/sink/dead-letters")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "operations")
final class DeadLetterResource {

    private static final PageLimit PAGE = new PageLimit(50, 200);
    private static final PageLimit REDRIVE = new PageLimit(1_000, 10_000);

    /** What an operator did with a letter. */
    record Resolved(long id, Status status, @Nullable Instant resolvedAt, @Nullable String resolvedBy) {

        static Resolved of(Letter letter) {
            return new Resolved(letter.id(), letter.status(), letter.resolvedAt(), letter.resolvedBy());
        }
    }

    private final LetterDesk desk;
    private final Redrive redrive;
    private final SecurityIdentity caller;

    DeadLetterResource(LetterDesk desk, Redrive redrive, SecurityIdentity caller) {
        this.desk = desk;
        this.redrive = redrive;
        this.caller = caller;
    }

    @GET
    @RolesAllowed({Roles.READER, Roles.OPERATOR})
    @Operation(summary = "Dead letters, newest first")
    public Page<LetterView> list(
            @QueryParam("topic") @Nullable String topic,
            @QueryParam("partition") @Nullable Integer partition,
            @QueryParam("status") @Nullable Status status,
            @QueryParam("sql_state") @Nullable String sqlState,
            @Parameter(description = "part of the reason, compared literally") @QueryParam("reason") @Nullable
                    String reason,
            @Parameter(description = "letters per page, 50 unless told, at most 200") @QueryParam("limit") @Nullable
                    Integer limit,
            @QueryParam("cursor") @Nullable String cursor)
            throws SQLException {
        Cursor from = Cursor.read(cursor, Long.class);
        Filter filter = filter(topic, partition, status, sqlState, reason);
        return desk.page(filter, from == null ? Long.MAX_VALUE : from.number(0), PAGE.of(limit));
    }

    @GET
    @Path("/{id}")
    @RolesAllowed({Roles.READER, Roles.OPERATOR})
    @Operation(summary = "One dead letter, whole")
    public LetterView get(@PathParam("id") long id) throws SQLException {
        return LetterView.of(desk.find(id), Integer.MAX_VALUE);
    }

    @POST
    @Path("/{id}/redrive")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Send one dead letter again",
            description =
                    "With the same key, value and headers, to its topic. It is marked once Kafka has acknowledged it;"
                            + " 503 while Kafka is away, and the letter stays open. 409 when it is resolved already.")
    public Resolved redrive(@PathParam("id") long id) throws SQLException {
        return Resolved.of(redrive.one(id, by()));
    }

    @POST
    @Path("/redrive")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Send the open dead letters again that the filter finds",
            description =
                    "Only says how many there are unless dry_run is false. Oldest first, at most limit in one call;"
                            + " the answer says how many remain.")
    public Redrive.Many redriveAll(
            @QueryParam("topic") @Nullable String topic,
            @QueryParam("partition") @Nullable Integer partition,
            @Parameter(description = "OPEN, or left out: others are resolved") @QueryParam("status") @Nullable
                    Status status,
            @QueryParam("sql_state") @Nullable String sqlState,
            @QueryParam("reason") @Nullable String reason,
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
            @Parameter(description = "letters to send in this call, 1000 unless told, at most 10000")
                    @QueryParam("limit")
                    @Nullable
                    Integer limit)
            throws SQLException {
        if (status != null && status != Status.OPEN) {
            throw Problem.validation(new FieldError("status", "must be OPEN: other letters are resolved"));
        }
        boolean dry = isDry(dryRun);
        int most = REDRIVE.of(limit);
        Filter filter = filter(topic, partition, Status.OPEN, sqlState, reason);
        return dry ? redrive.count(filter) : redrive.many(filter, most, by());
    }

    private static Filter filter(
            @Nullable String topic,
            @Nullable Integer partition,
            @Nullable Status status,
            @Nullable String sqlState,
            @Nullable String reason) {
        return new Filter(
                bounded("topic", topic, 249),
                partition,
                status,
                bounded("sql_state", sqlState, 10),
                bounded("reason", reason, 1_000));
    }

    private static @Nullable String bounded(String field, @Nullable String text, int most) {
        if (text != null && (text.length() > most || text.indexOf('\0') >= 0)) {
            throw Problem.validation(
                    new FieldError(field, "must have at most " + most + " characters and no U+0000 among them"));
        }
        return text;
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

    @DELETE
    @Path("/{id}")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Give one dead letter up",
            description = "The letter is kept, with who gave it up and when. 409 when it is resolved already.")
    public Resolved discard(@PathParam("id") long id) throws SQLException {
        desk.findOpen(id);
        return Resolved.of(desk.resolve(id, Status.DISCARDED, by()));
    }

    private String by() {
        return caller.getPrincipal().getName();
    }
}
