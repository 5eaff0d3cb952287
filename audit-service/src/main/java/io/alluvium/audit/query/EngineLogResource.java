package io.alluvium.audit.query;

import io.alluvium.emitter.enginelog.LogTable;
import io.alluvium.kit.Cursor;
import io.alluvium.kit.PageLimit;
import io.alluvium.kit.Problem;
import io.alluvium.kit.Problem.FieldError;
import io.alluvium.kit.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What engines logged. */
@Path("/api/engine-logs")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "engine logs")
final class EngineLogResource {

    private static final PageLimit LIMIT = new PageLimit(100, 1000);
    private static final PageLimit TIMELINE_LIMIT = new PageLimit(1000, 5000);
    private static final Pattern UUID_TEXT = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    /** @param nextCursor null when there is nothing more */
    record Listing(String table, List<Map<String, @Nullable Object>> rows, @Nullable String nextCursor) {}

    private final EngineLogRows rows;
    private final RecordingTimeline timeline;
    private final FunctionSummary summary;
    private final EngineHealth health;
    private final EngineLogRetention retention;

    EngineLogResource(
            EngineLogRows rows,
            RecordingTimeline timeline,
            FunctionSummary summary,
            EngineHealth health,
            EngineLogRetention retention) {
        this.rows = rows;
        this.timeline = timeline;
        this.summary = summary;
        this.health = health;
        this.retention = retention;
    }

    @GET
    @Path("/{table}")
    @RolesAllowed(Roles.READER)
    @Operation(summary = "Rows of one table, newest first", description = "All filters must hold.")
    public Listing list(
            @PathParam("table") String table,
            @QueryParam("recording_id") Long recordingId,
            @QueryParam("instance") String instance,
            @QueryParam("from") Instant from,
            @QueryParam("to") Instant to,
            @QueryParam("limit") Integer limit,
            @QueryParam("cursor") String cursor)
            throws SQLException {
        LogTable known = LogTable.of(table)
                .orElseThrow(() -> Problem.notFound("there is no such table; there are "
                        + java.util.Arrays.stream(LogTable.values())
                                .map(LogTable::sqlName)
                                .toList()));
        if (recordingId != null && known.indexOf("recording_id") < 0) {
            throw Problem.validation(
                    new FieldError("recording_id", "is no column of " + known.sqlName() + ": leave it out"));
        }
        ordered(from, to);
        EngineLogRows.Page page = rows.page(
                known,
                new EngineLogRows.Filter(recordingId, run(instance), from, to),
                Cursor.read(cursor, Instant.class, Long.class),
                LIMIT.of(limit));
        return new Listing(known.sqlName(), page.rows(), page.next());
    }

    @GET
    @Path("/recordings/{id}/timeline")
    @RolesAllowed(Roles.READER)
    @Operation(
            summary = "Everything that was logged of one recording, oldest first",
            description =
                    "All tables merged by time. An entry is marked when nothing was logged for gap_ms before it, and when what it"
                            + " tells of took slow_ms or longer: a function, a frame, or a step, which lasts until the next one.")
    public RecordingTimeline.Timeline timeline(
            @PathParam("id") long id,
            @QueryParam("gap_ms") Long gapMs,
            @QueryParam("slow_ms") Long slowMs,
            @QueryParam("limit") Integer limit,
            @QueryParam("cursor") String cursor)
            throws SQLException {
        return timeline.of(
                id,
                positive("gap_ms", gapMs, 1000),
                positive("slow_ms", slowMs, 300),
                Cursor.read(cursor, Instant.class, Long.class, Long.class),
                TIMELINE_LIMIT.of(limit));
    }

    @GET
    @Path("/functions/summary")
    @RolesAllowed(Roles.READER)
    @Operation(
            summary = "Calls, errors and durations of each function",
            description = "Of the last hour, or of the time given, which may hold 500,000 rows.")
    public FunctionSummary.Summary functions(
            @QueryParam("instance") String instance, @QueryParam("from") Instant from, @QueryParam("to") Instant to)
            throws SQLException {
        ordered(from, to);
        return summary.of(run(instance), from, to);
    }

    @GET
    @Path("/health")
    @RolesAllowed(Roles.READER)
    @Operation(
            summary = "The last sign of life of each process",
            description =
                    "Of the processes heard of in the last 24 hours. One that was silent for 5 minutes is an orphan.")
    public EngineHealth.Health health() throws SQLException {
        return health.now();
    }

    @DELETE
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Delete what was logged before a moment, from all tables",
            description = "Answers when all is deleted; what is deleted stays so when it breaks off.")
    public EngineLogRetention.Outcome delete(@QueryParam("before") Instant before, @Context SecurityContext security)
            throws SQLException {
        return retention.deleteBefore(
                before,
                security.getUserPrincipal() == null
                        ? null
                        : security.getUserPrincipal().getName());
    }

    private static void ordered(@Nullable Instant from, @Nullable Instant to) {
        if (from != null && to != null && from.isAfter(to)) {
            throw Problem.validation(new FieldError("from", "must not be after to"));
        }
    }

    private static @Nullable UUID run(@Nullable String instance) {
        if (instance == null) {
            return null;
        }
        if (!UUID_TEXT.matcher(instance).matches()) {
            throw Problem.validation(new FieldError("instance", "must be a UUID: the engine_instance_id of a run"));
        }
        return UUID.fromString(instance);
    }

    private static long positive(String name, @Nullable Long given, long usual) {
        long value = given == null ? usual : given;
        if (value < 1 || value > 86_400_000) {
            throw Problem.validation(new FieldError(name, "must be from 1 to 86400000"));
        }
        return value;
    }
}
