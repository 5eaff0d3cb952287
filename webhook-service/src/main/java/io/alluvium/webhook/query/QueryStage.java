package io.alluvium.webhook.query;

import io.alluvium.kit.Problem;
import io.alluvium.kit.Problem.FieldError;
import io.alluvium.webhook.WebhookConfig;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.UriInfo;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** What holds for every query: the stage is there at all, and no parameter is empty. */
@Singleton
final class QueryStage {

    // Filters are made while the service is built, when there is no configuration yet.
    private final Provider<WebhookConfig> config;

    QueryStage(Provider<WebhookConfig> config) {
        this.config = config;
    }

    @ServerRequestFilter
    void refuse(ResourceInfo resource, UriInfo uri) {
        Class<?> asked = resource.getResourceClass();
        if (asked == null || asked.getPackage() != QueryStage.class.getPackage()) {
            return;
        }
        if (!config.get().query().enabled()) {
            throw Problem.notFound("this replica answers no queries: webhook.query.enabled is false");
        }
        // Quarkus takes an empty value of a list for none at all: the answer would be that without the filter.
        uri.getQueryParameters().forEach((name, values) -> {
            if (values.contains("")) {
                throw Problem.validation(new FieldError(name, "must not be empty: leave it out or give it a value"));
            }
        });
    }
}
