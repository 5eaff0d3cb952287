package io.alluvium.kit;

import jakarta.inject.Singleton;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.ext.Provider;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What may be asked for at which path, so that a refusal can say what would have been right. */
@Provider
@Singleton
final class ResourceTable implements DynamicFeature {

    private record Entry(Pattern path, String method, List<String> consumed, List<String> produced) {}

    private static final Pattern VARIABLE = Pattern.compile("\\{\\s*[\\w.-]+\\s*(?::\\s*(.*?))?\\s*}");

    private final List<Entry> entries = new CopyOnWriteArrayList<>();

    @Override
    public void configure(ResourceInfo resource, FeatureContext context) {
        Method method = resource.getResourceMethod();
        for (Annotation annotation : method.getAnnotations()) {
            HttpMethod verb = annotation.annotationType().getAnnotation(HttpMethod.class);
            if (verb != null) {
                entries.add(new Entry(
                        pattern(resource.getResourceClass(), method),
                        verb.value(),
                        consumed(resource.getResourceClass(), method),
                        produced(resource.getResourceClass(), method)));
            }
        }
    }

    Collection<String> methods(String path) {
        Collection<String> methods = new TreeSet<>();
        for (Entry entry : entries) {
            if (entry.path.matcher(path).matches()) {
                methods.add(entry.method);
            }
        }
        return methods;
    }

    Collection<String> consumed(String method, String path) {
        Collection<String> types = new TreeSet<>();
        for (Entry entry : entries) {
            if (entry.method.equals(method) && entry.path.matcher(path).matches()) {
                types.addAll(entry.consumed);
            }
        }
        return types;
    }

    Collection<String> produced(String method, String path) {
        Collection<String> types = new TreeSet<>();
        for (Entry entry : entries) {
            if (entry.method.equals(method) && entry.path.matcher(path).matches()) {
                types.addAll(entry.produced);
            }
        }
        return types;
    }

    private static Pattern pattern(Class<?> resource, Method method) {
        String template = "/" + path(resource.getAnnotation(Path.class)) + "/" + path(method.getAnnotation(Path.class));
        StringBuilder regex = new StringBuilder();
        Matcher variable = VARIABLE.matcher(template);
        int end = 0;
        while (variable.find()) {
            regex.append(Pattern.quote(template.substring(end, variable.start())));
            regex.append(variable.group(1) == null ? "[^/]+" : "(?:" + variable.group(1) + ")");
            end = variable.end();
        }
        regex.append(Pattern.quote(template.substring(end)));
        return Pattern.compile(regex.toString().replaceAll("/{2,}", "/").replaceAll("/\\\\E$", "\\\\E") + "/?");
    }

    private static String path(@Nullable Path path) {
        return path == null ? "" : path.value();
    }

    private static List<String> consumed(Class<?> resource, Method method) {
        Consumes own = method.getAnnotation(Consumes.class);
        Consumes types = own == null ? resource.getAnnotation(Consumes.class) : own;
        return types == null ? List.of() : List.of(types.value());
    }

    private static List<String> produced(Class<?> resource, Method method) {
        Produces own = method.getAnnotation(Produces.class);
        Produces types = own == null ? resource.getAnnotation(Produces.class) : own;
        return types == null ? List.of() : List.of(types.value());
    }
}
