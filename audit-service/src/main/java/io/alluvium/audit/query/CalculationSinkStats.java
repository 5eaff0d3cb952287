package io.alluvium.audit.query;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.alluvium.kit.operations.SinkReport;
import java.time.Instant;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** How changes get into the trail, in the words that monitoring of the original knows. */
@Schema(name = "CalculationSinkStats")
record CalculationSinkStats(
        @Schema(description = "events in the topic that are not stored yet; null where that is not known") @Nullable
                Long pendingCount,
        @Schema(enumeration = {"postgresql_optimized", "sql_server_optimized"}) String databaseType,
        @Schema(description = "always false: changes are stored as they come") boolean deferredMode,
        @Schema(description = "seconds that a batch waits for more at most") double commitInterval,
        @Schema(description = "when a batch was last stored, in seconds since 1970; null before the first") @Nullable
                Double lastCommitTime,
        @Schema(description = "whether this replica stores changes now") boolean sessionActive,
        @Schema(description = "events that are stored in one transaction at most") int maxBatchSize,
        boolean useBatching,
        boolean isSqlite,
        @JsonInclude(JsonInclude.Include.NON_NULL)
                @Schema(description = "why numbers are missing; absent when all is known", nullable = true)
                @Nullable
                String error) {

    /**
     * What does not change while the service runs.
     *
     * @param maxWaitMillis how long the broker may keep back what is not a full batch
     */
    record Fixed(boolean sqlServer, int maxWaitMillis, int maxBatchSize) {}

    static CalculationSinkStats of(SinkReport report, Fixed fixed) {
        SinkReport.State state = report.state();
        return new CalculationSinkStats(
                report.pending(),
                fixed.sqlServer() ? "sql_server_optimized" : "postgresql_optimized",
                false,
                fixed.maxWaitMillis() / 1000.0,
                seconds(report.lastCommitAt()),
                state == SinkReport.State.RUNNING || state == SinkReport.State.STARTING,
                fixed.maxBatchSize(),
                true,
                false,
                error(report));
    }

    private static @Nullable Double seconds(@Nullable Instant time) {
        return time == null ? null : time.getEpochSecond() + time.getNano() / 1e9;
    }

    private static @Nullable String error(SinkReport report) {
        String problems = Stream.of(report.brokerProblem(), report.databaseProblem(), report.reason())
                .filter(Objects::nonNull)
                .collect(Collectors.joining("; "));
        return problems.isEmpty() ? null : problems;
    }
}
