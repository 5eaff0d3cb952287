package io.alluvium.webhook.token;

import io.alluvium.kit.Problem;
import io.alluvium.kit.Roles;
import io.alluvium.webhook.WebhookConfig;
import io.alluvium.webhook.token.TokenCipher.Place;
import io.alluvium.webhook.token.TokenRequests.Cleanup;
import io.alluvium.webhook.token.TokenRequests.Lookup;
import io.alluvium.webhook.token.TokenRequests.Reencrypt;
import io.alluvium.webhook.token.TokenRequests.Refreshed;
import io.alluvium.webhook.token.TokenTrail.Use;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What is asked of the tokens by other means than a name, and what is done to many of them. */
@Path("/api/tokens")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "tokens")
final class TokensResource {

    /** @param count with {@code dry_run} how many would have been deleted */
    record CleanedUp(long count, boolean dryRun) {}

    private final Tokens tokens;
    private final TokenUpkeep upkeep;
    private final TokenTrail trail;
    private final Duration refreshBefore;

    TokensResource(Tokens tokens, TokenUpkeep upkeep, TokenTrail trail, WebhookConfig config) {
        this.tokens = tokens;
        this.upkeep = upkeep;
        this.trail = trail;
        this.refreshBefore = config.token().refreshBefore();
    }

    @POST
    @Path("/lookup")
    @RolesAllowed(Roles.TOKEN_USER)
    @Operation(
            summary = "The token that a refresh token belongs to, with its access token",
            description = "The refresh token is in the body: addresses end up in logs. Nothing is refreshed.")
    public TokenView lookUp(Lookup body, @Context SecurityContext security) throws SQLException {
        String actor = TokenResource.actor(security);
        StoredToken found = tokens.lookUp(TokenRequests.body(body).checked()).orElse(null);
        String outcome = found == null ? "not_found" : "failed";
        try {
            if (found == null) {
                throw Problem.notFound("no token with this refresh token is stored");
            }
            TokenView answer = TokenView.of(found, tokens.open(found), refreshBefore, tokens.isRefreshable(found));
            outcome = "found";
            return answer;
        } finally {
            trail.tell(Use.LOOKUP, actor, found == null ? null : found.place(), outcome, Map.of());
        }
    }

    @POST
    @Path("/refresh")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Store tokens that were got from the provider elsewhere",
            description =
                    "For the token of an id; without a new refresh token the old one stays. Every attempt is kept in"
                            + " token_refresh_audit.")
    public TokenView refreshed(Refreshed body, @Context SecurityContext security) throws SQLException {
        long id = TokenRequests.body(body).checkedId();
        NewTokens given = body.checked();
        String outcome = "failed";
        StoredToken token = null;
        try {
            token = tokens.refreshed(id, given);
            outcome = "stored";
            return TokenView.of(token, null, refreshBefore, tokens.isRefreshable(token));
        } finally {
            Place place = token == null ? null : token.place();
            trail.tell(Use.REFRESH, TokenResource.actor(security), place, outcome, Map.of("token_id", id));
        }
    }

    @POST
    @Path("/cleanup")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Delete expired tokens",
            description =
                    "Those that cannot be refreshed: without a refresh token, or with one that the provider refused."
                            + " With include_refreshable all expired ones.")
    public CleanedUp cleanUp(Cleanup body, @Context SecurityContext security) throws SQLException {
        boolean dryRun = Boolean.TRUE.equals(TokenRequests.body(body).dryRun());
        boolean all = Boolean.TRUE.equals(body.includeRefreshable());
        long count = dryRun ? upkeep.countExpired(all) : upkeep.deleteExpired(all);
        trail.tell(
                Use.CLEANUP,
                TokenResource.actor(security),
                null,
                dryRun ? "counted" : "deleted",
                Map.of("count", count, "include_refreshable", all));
        return new CleanedUp(count, dryRun);
    }

    @POST
    @Path("/reencrypt")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Encrypt tokens anew that are under another key than the active one",
            description =
                    "Repeat until remaining is 0; then the other keys can go. Rows that cannot be read stay as they are."
                            + " With active_key it is 409 where that key is not the active one.")
    public TokenUpkeep.Reencrypted reencrypt(Reencrypt body, @Context SecurityContext security) throws SQLException {
        int limit = TokenRequests.body(body).checkedLimit();
        boolean dryRun = Boolean.TRUE.equals(body.dryRun());
        TokenUpkeep.Reencrypted done = upkeep.reencrypt(limit, dryRun, body.activeKey());
        trail.tell(
                Use.REENCRYPT,
                TokenResource.actor(security),
                null,
                dryRun ? "counted" : "done",
                Map.of("reencrypted", done.reencrypted(), "remaining", done.remaining()));
        return done;
    }
}
