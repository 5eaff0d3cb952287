package io.alluvium.webhook.intake;

import io.alluvium.kit.Problem;
import io.alluvium.kit.Roles;
import io.alluvium.webhook.WebhookConfig;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Takes webhooks over HTTP. */
@Path("/webhooks")
@Tag(name = "intake", description = "Webhooks of the configured sources")
final class WebhookResource {

    /** Larger bodies take longer to read than an event loop has. */
    private static final int SMALL = 64 * 1024;

    /** Stands for the delivery's own Authorization where that header has the operator's token. */
    private static final String DELIVERY_AUTHORIZATION = "Delivery-Authorization";

    private final WebhookConfig config;
    private final Sources sources;
    private final Intake intake;
    private final IntakeCounters counters;

    WebhookResource(WebhookConfig config, Sources sources, Intake intake, IntakeCounters counters) {
        this.config = config;
        this.sources = sources;
        this.intake = intake;
        this.counters = counters;
    }

    @POST
    @Path("{source}")
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.APPLICATION_JSON)
    @PermitAll // the signature says who may
    @NonBlocking
    @Operation(
            summary = "Hand in a webhook",
            description = "Answers once the events are durable; a delivery that was accepted before is a duplicate.")
    @APIResponse(responseCode = "200", description = "accepted, or duplicate")
    @APIResponse(responseCode = "400", description = "not JSON, or not a payload of this source")
    @APIResponse(responseCode = "401", description = "not signed by this source, or not now")
    @APIResponse(responseCode = "404", description = "there is no such source")
    @APIResponse(responseCode = "413", description = "the body or the number of its records is over the bound")
    @APIResponse(responseCode = "503", description = "nothing durable is possible at the moment; see Retry-After")
    public CompletionStage<Receipt> accept(
            @PathParam("source") String name, @Context HttpServerRequest request, byte @Nullable [] body) {
        Source source = source(name);
        counters.received();
        Headers headers = request.headers()::getAll;
        CompletionStage<Receipt> receipt = CompletableFuture.completedFuture(body)
                .thenApply(bytes -> delivery(headers, bytes))
                .thenCompose(delivery -> accept(source, delivery));
        return receipt.whenComplete((answered, failure) -> {
            if (failure != null && !isRejection(failure)) {
                counters.failed(source.name());
            }
        });
    }

    private CompletionStage<Receipt> accept(Source source, Delivery delivery) {
        boolean packed = delivery.headers().first("Content-Encoding") != null; // nobody knows how much is in it
        if (source.isQuick() && !packed && delivery.body().length <= SMALL) {
            return intake.accept(source, delivery);
        }
        return CompletableFuture.supplyAsync(
                        () -> intake.accept(source, delivery), Infrastructure.getDefaultWorkerPool())
                .thenCompose(Function.identity());
    }

    private static boolean isRejection(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof Problem problem && problem.status() == 401;
    }

    @POST
    @Path("{source}/verify")
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.OPERATOR)
    @Blocking
    @Operation(
            summary = "Explain why a delivery does not verify",
            description =
                    "Send the raw body and the headers of the delivery as they came; nothing is accepted. Where"
                            + " Authorization has the operator's token, Delivery-Authorization stands for that of the delivery.")
    public Intake.Explained verify(
            @PathParam("source") String name, @Context HttpServerRequest request, byte @Nullable [] body) {
        return intake.explain(source(name), delivery(header -> deliveryHeader(request, header), body));
    }

    private static List<String> deliveryHeader(HttpServerRequest request, String header) {
        boolean replaced =
                header.equalsIgnoreCase("Authorization") && request.headers().contains(DELIVERY_AUTHORIZATION);
        return request.headers().getAll(replaced ? DELIVERY_AUTHORIZATION : header);
    }

    private Source source(String name) {
        if (!config.intake().enabled()) {
            throw Problem.notFound("this replica takes no webhooks: webhook.intake.enabled is false");
        }
        Source source = sources.find(name);
        if (source == null) {
            throw Problem.notFound("there is no source of this name");
        }
        return source;
    }

    private Delivery delivery(Headers headers, byte @Nullable [] body) {
        byte[] bytes = body == null ? new byte[0] : body;
        long most = config.intake().maxBodySize().asLongValue();
        if (bytes.length > most) {
            throw Problem.tooLarge("the body is larger than the " + most + " bytes that are accepted here");
        }
        return new Delivery(headers, bytes, Instant.now());
    }
}
