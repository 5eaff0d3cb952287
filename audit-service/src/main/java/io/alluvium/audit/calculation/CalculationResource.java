package io.alluvium.audit.calculation;

import io.alluvium.audit.calculation.CalculationUsage.Usage;
import io.alluvium.audit.calculation.Requests.SqlToCheck;
import io.alluvium.kit.Bounds;
import io.alluvium.kit.Cursor;
import io.alluvium.kit.PageLimit;
import io.alluvium.kit.Problem;
import io.alluvium.kit.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** All calculations together, and what there is to choose from. */
@Path("/api/calculations")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "calculations", description = "Calculations of users and of the system, whose changes are on the trail")
@CalculationStage
final class CalculationResource {

    private static final PageLimit LIMIT = new PageLimit(200, 1000);

    record Summary(long userCalculationCount, long systemCalculationCount, long totalCalculations) {}

    /** @param nextCursor null when this page ends the list */
    record All(
            List<UserCalculation> userCalculations,
            List<SystemCalculation> systemCalculations,
            Summary summary,
            @Nullable String nextCursor) {}

    record Counts(
            long totalCalculations,
            long userCalculations,
            long systemCalculations,
            Map<String, Long> userByGroupLevel,
            Map<String, Long> systemByGroupLevel) {}

    record Choice(String value, String label, String description) {}

    record Choices(List<Choice> aggregationFunctions, List<String> sourceModels, List<String> groupLevels) {}

    record SqlVerdict(boolean isValid, List<String> errors) {}

    record Health(String status, long userCalculations, long systemCalculations, Instant timestamp) {}

    private final UserCalculations users;
    private final SystemCalculations systems;
    private final CalculationUsage usage;

    CalculationResource(UserCalculations users, SystemCalculations systems, CalculationUsage usage) {
        this.users = users;
        this.systems = systems;
        this.usage = usage;
    }

    @GET
    @RolesAllowed({Roles.READER, Roles.EMITTER})
    @Operation(
            summary = "All active calculations",
            description = "First those of users, then those of the system, each newest first; limit counts both"
                    + " together. The summary counts all, whatever the page.")
    public All all(
            @QueryParam("group_level") @Nullable String groupLevel,
            @QueryParam("limit") @Nullable Integer limit,
            @QueryParam("cursor") @Nullable String cursor) {
        GroupLevel level = level(groupLevel);
        int most = LIMIT.of(limit);
        Cursor after = Cursor.read(cursor, Long.class, Long.class);
        boolean usersDone = after != null && after.number(0) != 0;
        int before = after == null ? Integer.MAX_VALUE : (int) after.number(1);
        List<UserCalculation> user = usersDone ? List.of() : users.page(level, before, most + 1);
        boolean more = user.size() > most;
        user = user.subList(0, Math.min(user.size(), most));
        List<SystemCalculation> system =
                more ? List.of() : systems.page(level, usersDone ? before : Integer.MAX_VALUE, most - user.size() + 1);
        boolean moreSystem = system.size() > most - user.size();
        system = system.subList(0, Math.min(system.size(), most - user.size()));
        long userCount = users.count(level);
        long systemCount = systems.count(level);
        return new All(
                user,
                system,
                new Summary(userCount, systemCount, userCount + systemCount),
                more ? next(0, user.get(most - 1).id) : moreSystem ? nextSystem(system) : null);
    }

    private static String nextSystem(List<SystemCalculation> page) {
        // A page that the last user calculation fills goes on with the first of the system.
        return next(1, page.isEmpty() ? Integer.MAX_VALUE : page.get(page.size() - 1).id);
    }

    private static String next(int kind, @Nullable Integer id) {
        return Cursor.after(kind, id == null ? Integer.MAX_VALUE : id);
    }

    private static @Nullable GroupLevel level(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        GroupLevel level = GroupLevel.of(text);
        if (level == null) {
            throw Problem.badRequest("group_level", "must be one of " + GroupLevel.choices());
        }
        return level;
    }

    @GET
    @Path("/{id}/usage")
    @RolesAllowed({Roles.READER, Roles.EMITTER})
    @Operation(summary = "Reports that show a calculation", description = "calc_type is user or system.")
    public Usage usage(
            @PathParam("id") int id,
            @QueryParam("calc_type") @Nullable String calcType,
            @QueryParam("limit") @Nullable Integer limit,
            @QueryParam("cursor") @Nullable String cursor) {
        return usage.of(CalculationType.of("calc_type", calcType == null ? "" : calcType), id, limit, cursor);
    }

    @GET
    @Path("/stats/counts")
    @RolesAllowed({Roles.READER, Roles.EMITTER})
    @Operation(summary = "How many active calculations there are")
    public Counts counts() {
        Map<String, Long> user = new LinkedHashMap<>();
        Map<String, Long> system = new LinkedHashMap<>();
        for (GroupLevel level : GroupLevel.values()) {
            user.put(level.toString(), users.count(level));
            system.put(level.toString(), systems.count(level));
        }
        long userCount = user.values().stream().mapToLong(Long::longValue).sum();
        long systemCount = system.values().stream().mapToLong(Long::longValue).sum();
        return new Counts(userCount + systemCount, userCount, systemCount, user, system);
    }

    @GET
    @Path("/config")
    @RolesAllowed({Roles.READER, Roles.EMITTER})
    @Operation(summary = "What a calculation can be made of")
    public Choices config() {
        List<Choice> functions = new ArrayList<>();
        for (AggregationFunction function : AggregationFunction.values()) {
            functions.add(new Choice(function.name(), function.label(), function.description()));
        }
        return new Choices(
                functions,
                Stream.of(SourceModel.values()).map(SourceModel::toString).toList(),
                Arrays.stream(GroupLevel.values()).map(GroupLevel::toString).toList());
    }

    @POST
    @Path("/validate-system-sql")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed({Roles.READER, Roles.EMITTER})
    @Operation(summary = "Whether the SQL of a system calculation obeys the rules", description = "Nothing is run.")
    public SqlVerdict validateSystemSql(@Valid SqlToCheck sql) {
        SqlToCheck given = Bounds.body(sql);
        List<String> faults = SqlRules.faults(given.rawSql(), given.groupLevel(), given.resultColumnName());
        return new SqlVerdict(faults.isEmpty(), faults);
    }

    @GET
    @Path("/health")
    @RolesAllowed({Roles.READER, Roles.EMITTER})
    @Operation(summary = "Whether calculations can be read", description = "503 while the database is away.")
    public Health health() {
        return new Health("healthy", users.count((GroupLevel) null), systems.count((GroupLevel) null), Instant.now());
    }
}
