package io.alluvium.webhook.query;

import io.alluvium.kit.Problem;
import io.alluvium.kit.Problem.FieldError;
import io.alluvium.kit.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** How many events there were, and what became of them: sums of what is counted by the hour, never of the events. */
@Path("/api/webhooks/statistics")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "events")
final class StatisticsResource {

    private static final Duration USUAL = Duration.ofDays(1);
    private static final Duration MOST = Duration.ofDays(366);
    private static final int MOST_GROUPS = 1_000;

    private static final String BY_KIND =
            """
            SELECT source, event_type, module,
                   sum(events) FILTER (WHERE fate = 'received') AS received,
                   sum(events) FILTER (WHERE fate = 'completed') AS completed,
                   sum(events) FILTER (WHERE fate = 'failed') AS failed,
                   sum(events) FILTER (WHERE fate = 'dead_letter') AS dead_letter
            FROM webhook_counts
            WHERE hour >= ? AND hour < ? AND (?::varchar IS NULL OR source = ?)
            GROUP BY source, event_type, module
            ORDER BY received DESC NULLS LAST, source, event_type, module
            """;

    /**
     * @param pending received and not yet settled
     * @param failed  given up
     */
    record Counts(long received, long pending, long completed, long failed, long deadLetter) {

        static final Counts NONE = new Counts(0, 0, 0, 0, 0);

        Counts plus(Counts other) {
            return new Counts(
                    received + other.received,
                    pending + other.pending,
                    completed + other.completed,
                    failed + other.failed,
                    deadLetter + other.deadLetter);
        }
    }

    record Group(String source, String eventType, @Nullable String module, Counts counts) {}

    /**
     * @param from   start of the first hour that is counted
     * @param to     end of the last one
     * @param groups the largest ones; whatever else there is, is in the totals
     */
    record Statistics(Instant from, Instant to, Counts totals, List<Group> groups, boolean groupsComplete) {}

    private final Reading reading;

    StatisticsResource(Reading reading) {
        this.reading = reading;
    }

    @GET
    @RolesAllowed({Roles.READER, Roles.OPERATOR})
    @Operation(
            summary = "Events of a time by source, type and module, and what became of them",
            description = "By the time of their receipt, in whole hours; the last day unless told, at most 366 days.")
    public Statistics statistics(
            @Parameter(description = "the hour of this moment is the first one") @QueryParam("from") @Nullable
                    Instant from,
            @Parameter(description = "the hour of this moment is the last one") @QueryParam("to") @Nullable Instant to,
            @QueryParam("source") @Nullable String source)
            throws SQLException {
        Instant last = (to == null ? Clock.systemUTC().instant() : to).truncatedTo(ChronoUnit.HOURS);
        Instant end = last.plus(1, ChronoUnit.HOURS);
        Instant start = from == null ? end.minus(USUAL) : from.truncatedTo(ChronoUnit.HOURS);
        if (start.isAfter(last)) {
            throw Problem.validation(new FieldError("from", "must not be after to"));
        }
        if (Duration.between(start, end).compareTo(MOST) > 0) {
            throw Problem.validation(new FieldError("from", "must be at most 366 days before to"));
        }
        if (source != null && (source.length() > 100 || source.indexOf('\0') >= 0)) {
            throw Problem.validation(new FieldError("source", "must have at most 100 characters and no U+0000"));
        }
        return reading.read(BY_KIND, Arrays.asList(start, end, source, source), rows -> statistics(start, end, rows));
    }

    private static Statistics statistics(Instant start, Instant end, ResultSet rows) throws SQLException {
        Counts totals = Counts.NONE;
        List<Group> groups = new ArrayList<>();
        boolean complete = true;
        while (rows.next()) {
            Counts counts = counts(rows);
            totals = totals.plus(counts);
            if (groups.size() < MOST_GROUPS) {
                String type = Objects.requireNonNull(rows.getString("event_type"));
                groups.add(new Group(rows.getString("source"), type, rows.getString("module"), counts));
            } else {
                complete = false;
            }
        }
        return new Statistics(start, end, totals, groups, complete);
    }

    private static Counts counts(ResultSet row) throws SQLException {
        long received = row.getLong("received");
        long completed = row.getLong("completed");
        long failed = row.getLong("failed");
        long dead = row.getLong("dead_letter");
        return new Counts(received, received - completed - failed - dead, completed, failed, dead);
    }
}
