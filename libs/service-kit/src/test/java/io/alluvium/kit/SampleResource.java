package io.alluvium.kit;

import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What a service might have, to see how the edge answers for it. */
@Path("/api/samples")
@Produces(MediaType.APPLICATION_JSON)
@PermitAll
final class SampleResource {

    private final EventPublisher publisher;

    SampleResource(EventPublisher publisher) {
        this.publisher = publisher;
    }

    enum Colour {
        RED,
        GREEN
    }

    record Sample(
            @NotNull @Size(max = 10) String sampleName,
            Integer amount,
            Colour colour,
            Instant happenedAt,
            Boolean done,
            UUID eventId,
            List<@Size(max = 3) String> tags,
            Map<String, Object> values) {}

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Sample one(@Valid Sample sample) {
        return Bounds.body(sample);
    }

    @POST
    @Path("/many")
    @Consumes(MediaType.APPLICATION_JSON)
    public int many(@Valid List<@Valid Sample> samples) {
        Bounds.array("", samples, 5);
        return samples.size();
    }

    @POST
    @Path("/bytes")
    @Consumes({MediaType.APPLICATION_JSON, "application/x-ndjson"})
    public CompletionStage<Integer> bytes(byte[] body) {
        return CompletableFuture.completedFuture(body.length);
    }

    @GET
    public String list(@QueryParam("limit") @Min(1) @Max(500) Integer limit, @QueryParam("from") Instant from) {
        return "\"" + limit + " " + from + "\"";
    }

    @GET
    @Path("/{sample_id}")
    public long get(@PathParam("sample_id") long id) {
        return id;
    }

    @GET
    @Path("/operator/only")
    @RolesAllowed(Roles.OPERATOR)
    public String operatorOnly() {
        return "\"ok\"";
    }

    @POST
    @Path("/publish/{topic}")
    @Consumes(MediaType.WILDCARD)
    public CompletionStage<Void> publish(@PathParam("topic") String topic, byte[] body) {
        return publisher.publish(List.of(new ProducerRecord<>(topic, body)));
    }

    @GET
    @Path("/fail/{how}")
    public String fail(@PathParam("how") String how) throws SQLException {
        switch (how) {
            case "unforeseen" -> throw new IllegalStateException("SELECT secret FROM somewhere");
            case "database" ->
                throw new IllegalStateException(new SQLException("FATAL: terminating connection", "57P01"));
            case "unavailable" -> throw Problem.unavailable("later", java.time.Duration.ofMillis(1500));
            default -> throw Problem.conflict("is there already").with("existing_id", 7);
        }
    }

    @GET
    @Path("/fail/later/{how}")
    public CompletionStage<String> failLater(@PathParam("how") String how) {
        return CompletableFuture.supplyAsync(() -> {
            throw Problem.notFound("sample " + how + " not found");
        });
    }
}

@Path("/api/forgotten")
final class ForgottenResource {
    @GET
    public String nobodySaidWhoMay() {
        return "secret";
    }
}
