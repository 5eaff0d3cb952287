package io.alluvium.audit.query;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.alluvium.kit.Problem;
import io.alluvium.kit.Problem.FieldError;
import io.alluvium.kit.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Shows how much changes, from the roll-up: it costs the same however long the trail is. */
@Path("/api/audit/dashboard")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "trail")
final class DashboardResource {

    private static final int TOP = 10;
    private static final int RECENT = 10;

    /**
     * @param entityTypes how many types changed at all
     * @param topUsers    a null user stands for changes that name nobody
     * @param byDay       every day of the period, oldest first
     */
    record Dashboard(
            int periodDays,
            LocalDate startDate,
            LocalDate endDate,
            Instant generatedAt,
            long totalChanges,
            double dailyAverage,
            int entityTypes,
            Map<String, Long> byOperation,
            List<TypeCount> topEntityTypes,
            List<UserCount> topUsers,
            List<DayCount> byDay,
            List<Recent> recentChanges) {}

    record TypeCount(String entityType, long changes) {}

    record UserCount(@Nullable String user, long changes) {}

    record DayCount(LocalDate date, long changes, long inserts, long updates, long deletes) {}

    /** A change without its images. */
    record Recent(
            UUID eventId,
            String entityType,
            String entityId,
            String operation,
            @JsonRawValue @Schema(type = SchemaType.ARRAY, implementation = String.class, nullable = true) @Nullable
                    String changedFields,
            @Nullable String changedBy,
            Instant changedAt) {}

    private final Changes changes;
    private final RollUp rollUp;

    DashboardResource(Changes changes, RollUp rollUp) {
        this.changes = changes;
        this.rollUp = rollUp;
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Operation(summary = "How much changed lately", description = "By whole days in UTC, today and the days before it.")
    public Dashboard show(
            @QueryParam("days_back") @DefaultValue("30") Integer daysBack,
            @QueryParam("entity_type") List<String> entityTypes)
            throws SQLException {
        List<FieldError> errors = new ArrayList<>();
        ChangeParameters.check("entity_type", entityTypes, 100, errors);
        if (daysBack < 1 || daysBack > 365) {
            errors.add(new FieldError("days_back", "must be from 1 to 365"));
        }
        if (!errors.isEmpty()) {
            throw Problem.validation(errors);
        }
        Instant now = Clock.systemUTC().instant();
        return dashboard(Days.back(daysBack, now), now, ChangeFilter.ofTypes(entityTypes));
    }

    private Dashboard dashboard(Days days, Instant now, ChangeFilter filter) throws SQLException {
        List<RollUp.Sum> sums = rollUp.sums(days, filter.entityTypes());
        Map<String, Long> byType = RollUp.by(RollUp.Sum::entityType, sums);
        return new Dashboard(
                days.count(),
                days.first(),
                days.last(),
                now,
                RollUp.total(sums),
                Math.round(10.0 * RollUp.total(sums) / days.count()) / 10.0,
                byType.size(),
                byOperation(sums),
                topTypes(byType),
                rollUp.users(days, filter.entityTypes(), TOP).stream()
                        .map(user -> new UserCount(user.name().isEmpty() ? null : user.name(), user.changes()))
                        .toList(),
                byDay(days, sums),
                recent(filter.between(days.start(), days.end())));
    }

    private static Map<String, Long> byOperation(List<RollUp.Sum> sums) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (String operation : List.of("INSERT", "UPDATE", "DELETE")) {
            counts.put(operation, 0L);
        }
        counts.putAll(RollUp.by(RollUp.Sum::operation, sums));
        return counts;
    }

    private static List<TypeCount> topTypes(Map<String, Long> byType) {
        return byType.entrySet().stream()
                .map(type -> new TypeCount(type.getKey(), type.getValue()))
                .sorted(Comparator.comparingLong(TypeCount::changes).reversed().thenComparing(TypeCount::entityType))
                .limit(TOP)
                .toList();
    }

    private static List<DayCount> byDay(Days days, List<RollUp.Sum> sums) {
        record Part(LocalDate day, String operation) {}
        Map<Part, Long> parts = RollUp.by(sum -> new Part(sum.day(), sum.operation()), sums);
        return days.each()
                .map(day -> {
                    long inserts = parts.getOrDefault(new Part(day, "INSERT"), 0L);
                    long updates = parts.getOrDefault(new Part(day, "UPDATE"), 0L);
                    long deletes = parts.getOrDefault(new Part(day, "DELETE"), 0L);
                    return new DayCount(day, inserts + updates + deletes, inserts, updates, deletes);
                })
                .toList();
    }

    private List<Recent> recent(ChangeFilter filter) throws SQLException {
        return changes.page(filter, null, RECENT).changes().stream()
                .map(change -> new Recent(
                        change.eventId(),
                        change.entityType(),
                        change.entityId(),
                        change.operation(),
                        change.changedFields(),
                        change.changedBy(),
                        change.changedAt()))
                .toList();
    }
}
