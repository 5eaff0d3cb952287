package io.alluvium.webhook.token;

import io.alluvium.kit.Problem;
import io.alluvium.webhook.WebhookConfig;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.UriInfo;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What holds for all tokens: there are keys for them, they can be switched off, and no answer is kept by anybody. */
@Singleton
final class TokenStage {

    private static final Logger LOGGER = LoggerFactory.getLogger(TokenStage.class);

    private static final String PATH = "/api/tokens";

    /** For refreshes that are under way when the service stops; less than what is usually given to a process. */
    private static final Duration PATIENCE = Duration.ofSeconds(25);

    // Filters are made while the service is built, when there is no configuration yet.
    private final Provider<WebhookConfig> config;

    TokenStage(Provider<WebhookConfig> config) {
        this.config = config;
    }

    /** A service that could not keep tokens safe does not start: making these parts throws what is wrong with them. */
    void check(@Observes @Priority(2) StartupEvent started, TokenCipher cipher, Providers providers) {
        cipher.activeKey();
        providers.names();
    }

    /** Tokens that nobody can read are no reason not to start, but one to say so before somebody asks for them. */
    void warn(@Observes @Priority(3) StartupEvent started, TokenUpkeep upkeep) {
        if (!config.get().token().enabled()) {
            return;
        }
        try {
            List<String> unknown = upkeep.unknownKeys();
            if (!unknown.isEmpty()) {
                LOGGER.atError()
                        .addKeyValue("keys", unknown)
                        .log("tokens are encrypted with keys that are not configured");
            }
        } catch (SQLException away) {
            LOGGER.atWarn().setCause(away).log("not known whether there are keys for all tokens");
        }
    }

    /** Before the connections to the database go: a new refresh token that a provider just gave must be stored. */
    void stop(@Observes ShutdownEvent stopping, RefreshThreads threads) {
        threads.close(PATIENCE);
    }

    @ServerRequestFilter
    void refuse(ResourceInfo resource) {
        Class<?> asked = resource.getResourceClass();
        boolean token = asked != null && asked.getPackage() == TokenStage.class.getPackage();
        if (token && !config.get().token().enabled()) {
            throw Problem.notFound("tokens are switched off here: webhook.token.enabled is false"
                    + " (TOKEN_PERSISTENCE_ENABLED; the profile local has it off unless told otherwise)");
        }
    }

    @ServerResponseFilter
    void keepNothing(ContainerResponseContext answer, UriInfo uri) {
        if (uri.getPath().startsWith(PATH)) {
            answer.getHeaders().putSingle(HttpHeaders.CACHE_CONTROL, "no-store");
        }
    }
}
