package io.alluvium.kit;

import jakarta.inject.Singleton;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.UriInfo;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Refuses a parameter of the query that the resource does not know: a misspelt filter would return everything, and a
 * misspelt {@code dry_run} would not be one. A method that takes {@link UriInfo} looks at the query itself and is left
 * alone.
 */
@Singleton
final class UnknownParameters {

    private final Map<Method, Optional<Set<String>>> known = new ConcurrentHashMap<>();

    @ServerRequestFilter
    void refuse(ResourceInfo resource, UriInfo uri) {
        if (uri.getQueryParameters().isEmpty() || resource.getResourceMethod() == null) {
            return;
        }
        known.computeIfAbsent(resource.getResourceMethod(), UnknownParameters::names)
                .ifPresent(names -> refuse(names, uri));
    }

    private static void refuse(Set<String> names, UriInfo uri) {
        for (String name : uri.getQueryParameters().keySet()) {
            if (!names.contains(name)) {
                String list = names.isEmpty() ? "there are none here" : "known are " + String.join(", ", names);
                throw Problem.badRequest(name, "is not a known parameter; " + list);
            }
        }
    }

    private static Optional<Set<String>> names(Method method) {
        Set<String> names = new TreeSet<>();
        for (Parameter parameter : method.getParameters()) {
            if (parameter.getType() == UriInfo.class) {
                return Optional.empty();
            }
            if (parameter.isAnnotationPresent(BeanParam.class)) {
                for (Field field : parameter.getType().getDeclaredFields()) {
                    add(field, field.getName(), names);
                }
            }
            add(parameter, parameter.getName(), names);
        }
        return Optional.of(names);
    }

    private static void add(AnnotatedElement element, String ownName, Set<String> names) {
        QueryParam query = element.getAnnotation(QueryParam.class);
        RestQuery rest = element.getAnnotation(RestQuery.class);
        if (query != null) {
            names.add(query.value());
        } else if (rest != null) {
            names.add(rest.value().isEmpty() ? ownName : rest.value());
        }
    }
}
