package io.alluvium.webhook.token;

import io.alluvium.kit.Problem;
import io.alluvium.kit.Roles;
import io.alluvium.webhook.WebhookConfig;
import io.alluvium.webhook.token.TokenCipher.Place;
import io.alluvium.webhook.token.TokenRequests.Put;
import io.alluvium.webhook.token.TokenTrail.Use;
import io.alluvium.webhook.token.Tokens.Valid;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** One OAuth token of a service. */
@Path("/api/tokens/{service}/{type}")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "tokens", description = "OAuth tokens: encrypted, and refreshed once for all who ask")
final class TokenResource {

    /**
     * @param refreshed    whether it was refreshed for this call or one at the same time
     * @param refreshError why it was not, although it soon ends
     */
    record ValidToken(
            String serviceName,
            String tokenType,
            @Schema(implementation = String.class) ClearToken accessToken,
            @Nullable String scope,
            Instant expiresAt,
            boolean refreshed,
            @Nullable String refreshError) {}

    private final Tokens tokens;
    private final TokenTrail trail;
    private final Duration refreshBefore;

    TokenResource(Tokens tokens, TokenTrail trail, WebhookConfig config) {
        this.tokens = tokens;
        this.trail = trail;
        this.refreshBefore = config.token().refreshBefore();
    }

    @PUT
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Store the tokens that a provider gave, over what is there")
    public TokenView put(
            @PathParam("service") String service,
            @PathParam("type") String type,
            Put body,
            @Context SecurityContext security)
            throws SQLException {
        Place place = TokenRequests.place(service, type);
        StoredToken stored = tokens.put(place, TokenRequests.body(body).checked());
        trail.tell(Use.PUT, actor(security), place, "stored", Map.of("version", stored.version()));
        return view(stored);
    }

    @GET
    @RolesAllowed({Roles.READER, Roles.OPERATOR, Roles.TOKEN_USER})
    @Operation(summary = "What is known of a token; not the token itself")
    public TokenView get(@PathParam("service") String service, @PathParam("type") String type) throws SQLException {
        return view(tokens.get(TokenRequests.place(service, type)));
    }

    @DELETE
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Forget a token; the provider is not told")
    public void delete(
            @PathParam("service") String service, @PathParam("type") String type, @Context SecurityContext security)
            throws SQLException {
        Place place = TokenRequests.place(service, type);
        boolean deleted = tokens.delete(place);
        trail.tell(Use.DELETE, actor(security), place, deleted ? "deleted" : "not_found", Map.of());
        if (!deleted) {
            throw Problem.notFound("no token of " + place + " is stored");
        }
    }

    @GET
    @Path("/valid")
    @RolesAllowed(Roles.TOKEN_USER)
    @Blocking
    @Operation(
            summary = "The access token, refreshed if it soon ends",
            description =
                    "Soon is within webhook.token.refresh-before, five minutes by default. Of all who ask at once one refreshes, in all instances together. If that fails and the old token"
                            + " has time left, the answer is the old one and refresh_error says why.")
    public CompletionStage<ValidToken> valid(
            @PathParam("service") String service, @PathParam("type") String type, @Context SecurityContext security) {
        Place place = TokenRequests.place(service, type);
        String actor = actor(security);
        return told(Use.READ, actor, place, tokens.valid(place)).thenApply(TokenResource::answer);
    }

    private CompletionStage<Valid> told(Use use, @Nullable String actor, Place place, CompletionStage<Valid> valid) {
        return valid.whenComplete((token, failure) -> {
            if (failure != null) {
                trail.tell(use, actor, place, "failed", Map.of());
            } else {
                String outcome = token.isRefreshed() ? "refreshed" : token.refreshError() == null ? "fresh" : "old";
                trail.tell(
                        use,
                        actor,
                        place,
                        outcome,
                        Map.of("version", token.token().version()));
            }
        });
    }

    private static ValidToken answer(Valid valid) {
        StoredToken token = valid.token();
        return new ValidToken(
                token.place().service(),
                token.place().type(),
                valid.accessToken(),
                token.scope(),
                token.expiresAt(),
                valid.isRefreshed(),
                valid.refreshError());
    }

    @POST
    @Path("/refresh")
    @Consumes(MediaType.WILDCARD)
    @RolesAllowed(Roles.OPERATOR)
    @Blocking
    @Operation(summary = "Ask the provider for a new token now, even if the old one has time left")
    public CompletionStage<TokenView> refresh(
            @PathParam("service") String service, @PathParam("type") String type, @Context SecurityContext security) {
        Place place = TokenRequests.place(service, type);
        String actor = actor(security);
        return tokens.refreshNow(place)
                .whenComplete((token, failure) ->
                        trail.tell(Use.REFRESH, actor, place, failure == null ? "refreshed" : "failed", Map.of()))
                .thenApply(this::view);
    }

    private TokenView view(StoredToken token) {
        return TokenView.of(token, null, refreshBefore, tokens.isRefreshable(token));
    }

    static @Nullable String actor(SecurityContext security) {
        return security.getUserPrincipal() == null
                ? null
                : security.getUserPrincipal().getName();
    }
}
