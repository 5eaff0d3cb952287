package io.alluvium.webhook.delivery;

import io.agroal.api.AgroalDataSource;
import io.alluvium.kit.Roles;
import io.alluvium.webhook.delivery.DeliveryMetrics.Figures;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** How delivery is doing, in the words of the original processor. */
@Path("/api/webhooks/delivery")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "delivery")
final class DeliveryResource {

    private static final String SUMS =
            """
            SELECT fate, sum(events)
            FROM (SELECT fate, events FROM webhook_totals
                  UNION ALL
                  SELECT fate, events FROM webhook_counts WHERE NOT folded) AS counts
            GROUP BY fate
            """;

    /**
     * @param eventsRetried         rounds of attempts, the first ones too
     * @param averageProcessingTime seconds of a batch
     * @param currentQueueSize      events that are pending, of all replicas together
     * @param deadLetterQueueSize   of all replicas together, without those that were given up
     */
    record Processor(
            long eventsProcessed,
            long eventsSucceeded,
            long eventsFailed,
            long eventsRetried,
            long eventsDeadLetter,
            long batchesProcessed,
            double averageProcessingTime,
            @Nullable Instant lastProcessed,
            long currentQueueSize,
            long deadLetterQueueSize,
            long workersRunning,
            boolean processorRunning,
            String successRate,
            Instant timestamp) {}

    private final Delivery delivery;
    private final AgroalDataSource dataSource;

    DeliveryResource(Delivery delivery, AgroalDataSource dataSource) {
        this.delivery = delivery;
        this.dataSource = dataSource;
    }

    @GET
    @Path("/metrics")
    @RolesAllowed({Roles.READER, Roles.OPERATOR})
    @Operation(
            summary = "What this process has delivered since it started, and how much waits",
            description =
                    "Sizes of queues are of all replicas together; everything else is of the process that answers.")
    public Processor metrics() throws SQLException {
        Figures figures = delivery.metrics().figures();
        Map<String, Long> sums = sums();
        long settled = sums.getOrDefault("completed", 0L)
                + sums.getOrDefault("failed", 0L)
                + sums.getOrDefault("dead_letter", 0L);
        long running = delivery.workers().stream()
                .filter(DeliveryWorker.State::running)
                .count();
        return new Processor(
                figures.processed(),
                figures.succeeded(),
                figures.deadLetters(),
                figures.rounds(),
                figures.deadLetters(),
                figures.batches(),
                figures.meanBatchSeconds(),
                figures.last(),
                sums.getOrDefault("received", 0L) - settled,
                sums.getOrDefault("dead_letter", 0L),
                running,
                running > 0,
                rate(figures),
                Clock.systemUTC().instant());
    }

    private static String rate(Figures figures) {
        double rate = figures.processed() == 0 ? 0 : 100.0 * figures.succeeded() / figures.processed();
        return String.format(Locale.ROOT, "%.1f%%", rate);
    }

    private Map<String, Long> sums() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(SUMS);
                ResultSet rows = statement.executeQuery()) {
            Map<String, Long> sums = new HashMap<>();
            while (rows.next()) {
                sums.put(rows.getString(1), rows.getLong(2));
            }
            return sums;
        }
    }
}
