package io.alluvium.kit;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.alluvium.kit.Problem.FieldError;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.UriInfo;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The parameters of a resource method, as the client knows them. */
final class Parameters {

    private Parameters() {}

    /** Which parameters hold a value that their type cannot take: JAX-RS only tells that there is one. */
    static Problem explain(@Nullable Method method, UriInfo uri) {
        List<FieldError> errors = new ArrayList<>();
        if (method != null) {
            for (Parameter parameter : method.getParameters()) {
                for (String value : values(parameter, uri)) {
                    String wrong = mistake(parameter.getType(), value);
                    if (wrong != null) {
                        errors.add(new FieldError(name(parameter), wrong));
                    }
                }
            }
        }
        return errors.isEmpty()
                ? Problem.badRequest("a parameter of the path or of the query cannot be read")
                : Problem.validation(errors);
    }

    private static List<String> values(Parameter parameter, UriInfo uri) {
        boolean path = parameter.isAnnotationPresent(PathParam.class) || parameter.isAnnotationPresent(RestPath.class);
        List<String> values = path
                ? uri.getPathParameters().get(name(parameter))
                : uri.getQueryParameters().get(name(parameter));
        return values == null ? List.of() : values;
    }

    private static @Nullable String mistake(Class<?> type, String value) {
        try {
            if (type == int.class || type == Integer.class) {
                Integer.parseInt(value);
            } else if (type == long.class || type == Long.class) {
                Long.parseLong(value);
            } else if (type == double.class || type == Double.class) {
                Double.parseDouble(value);
            } else if (type == UUID.class) {
                UUID.fromString(value);
            } else if (type == Instant.class) {
                Rfc3339.parse(value);
            } else if (type.isEnum() && !constants(type).contains(value)) {
                return "must be one of " + String.join(", ", constants(type));
            }
            return null;
        } catch (DateTimeException refused) {
            return refused.getMessage();
        } catch (IllegalArgumentException refused) {
            return type == UUID.class ? "must be a UUID" : number(type);
        }
    }

    private static String number(Class<?> type) {
        return type == double.class || type == Double.class ? "must be a number" : "must be an integer in range";
    }

    private static List<String> constants(Class<?> type) {
        return Arrays.stream(type.getEnumConstants()).map(Object::toString).toList();
    }

    static String name(Parameter parameter) {
        if (parameter.isAnnotationPresent(QueryParam.class)) {
            return parameter.getAnnotation(QueryParam.class).value();
        }
        if (parameter.isAnnotationPresent(PathParam.class)) {
            return parameter.getAnnotation(PathParam.class).value();
        }
        RestQuery query = parameter.getAnnotation(RestQuery.class);
        if (query != null && !query.value().isEmpty()) {
            return query.value();
        }
        RestPath path = parameter.getAnnotation(RestPath.class);
        return path != null && !path.value().isEmpty() ? path.value() : parameter.getName();
    }

    /** The name of a violated parameter; empty where the parameter is the body. */
    static String name(ConstraintViolation<?> violation, Path.ParameterNode node) {
        for (Path.Node step : violation.getPropertyPath()) {
            if (step.getKind() == jakarta.validation.ElementKind.METHOD) {
                Class<?>[] types =
                        step.as(Path.MethodNode.class).getParameterTypes().toArray(Class<?>[]::new);
                return find(violation.getRootBeanClass(), step.getName(), types, node.getParameterIndex());
            }
        }
        return node.getName();
    }

    private static String find(Class<?> owner, String method, Class<?>[] types, int index) {
        for (Class<?> type = owner; type != null; type = type.getSuperclass()) {
            for (Method candidate : type.getDeclaredMethods()) {
                if (candidate.getName().equals(method) && Arrays.equals(candidate.getParameterTypes(), types)) {
                    Parameter parameter = candidate.getParameters()[index];
                    if (parameter.getAnnotations().length > 0 && isNamed(parameter)) {
                        return name(parameter);
                    }
                }
            }
        }
        return "";
    }

    private static boolean isNamed(Parameter parameter) {
        return parameter.isAnnotationPresent(QueryParam.class)
                || parameter.isAnnotationPresent(PathParam.class)
                || parameter.isAnnotationPresent(RestQuery.class)
                || parameter.isAnnotationPresent(RestPath.class);
    }

    /** The roles of which a caller needs one, as a sentence has them; empty where none would do. */
    static String roles(ResourceInfo resource) {
        Method method = resource.getResourceMethod();
        if (method == null) {
            return "";
        }
        RolesAllowed allowed = method.getAnnotation(RolesAllowed.class);
        if (allowed == null) {
            allowed = method.getDeclaringClass().getAnnotation(RolesAllowed.class);
        }
        return allowed == null ? "" : String.join(" or ", allowed.value());
    }

    static String snakeCase(String name) {
        return ((PropertyNamingStrategies.NamingBase) PropertyNamingStrategies.SNAKE_CASE).translate(name);
    }
}
