package io.alluvium.webhook.query;

import io.alluvium.kit.Problem;
import io.alluvium.kit.Problem.FieldError;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.UriInfo;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** What holds for every query: no parameter is empty. */
@Singleton
final class QueryStage {

    @ServerRequestFilter
    void refuse(ResourceInfo resource, UriInfo uri) {
        Class<?> asked = resource.getResourceClass();
        if (asked == null || asked.getPackage() != QueryStage.class.getPackage()) {
            return;
        }
        // Quarkus takes an empty value for none at all: the answer would be that without the filter.
        uri.getQueryParameters().forEach((name, values) -> {
            if (values.contains("")) {
                throw Problem.validation(new FieldError(name, "must not be empty: leave it out or give it a value"));
            }
        });
    }
}
