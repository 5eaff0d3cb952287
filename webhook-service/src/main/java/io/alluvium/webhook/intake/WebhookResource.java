package io.alluvium.webhook.intake;

import io.alluvium.kit.Problem;
import io.alluvium.webhook.WebhookConfig;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Takes webhooks over HTTP. */
@Path("/webhooks")
@Tag(name = "intake", description = "Webhooks of the configured sources")
final class WebhookResource {

    private final WebhookConfig config;
    private final Sources sources;
    private final Intake intake;

    WebhookResource(WebhookConfig config, Sources sources, Intake intake) {
        this.config = config;
        this.sources = sources;
        this.intake = intake;
    }

    @POST
    @Path("{source}")
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.APPLICATION_JSON)
    @PermitAll // the signature says who may
    @NonBlocking
    @Operation(
            summary = "Hand in a webhook",
            description = "Answers `accepted` once the events are durable: a repeated delivery is stored once.")
    public CompletionStage<Receipt> accept(
            @PathParam("source") String name, @Context HttpServerRequest request, byte @Nullable [] body) {
        return intake.accept(source(name), delivery(request, body));
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

    private Delivery delivery(HttpServerRequest request, byte @Nullable [] body) {
        byte[] bytes = body == null ? new byte[0] : body;
        long most = config.intake().maxBodySize().asLongValue();
        if (bytes.length > most) {
            throw Problem.tooLarge("the body is larger than the " + most + " bytes that are accepted here");
        }
        return new Delivery(request.headers()::getAll, bytes, Instant.now());
    }
}
