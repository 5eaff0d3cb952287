package io.alluvium.webhook.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far one route is with an event, kept between rounds.
 *
 * @param attempts that it has had
 * @param due      when it may have its next one; null unless it waits
 */
record RouteProgress(State state, int attempts, @Nullable Instant due) {

    static final RouteProgress NEW = new RouteProgress(State.WAITING, 0, null);

    enum State {
        WAITING,
        DONE,
        DEAD
    }

    private static final JsonMapper JSON = new JsonMapper();

    /**
     * @param text null where no route has begun
     * @return empty where the text is not what this service writes
     */
    static Optional<Map<String, RouteProgress>> read(@Nullable String text) {
        Map<String, RouteProgress> routes = new LinkedHashMap<>();
        if (text == null) {
            return Optional.of(routes);
        }
        try {
            JsonNode all = JSON.readTree(text);
            all.properties().forEach(route -> routes.put(route.getKey(), of(route.getValue())));
            return all.isObject() ? Optional.of(routes) : Optional.empty();
        } catch (JsonProcessingException | IllegalArgumentException | DateTimeException damaged) {
            return Optional.empty();
        }
    }

    private static RouteProgress of(JsonNode route) {
        JsonNode due = route.get("due");
        return new RouteProgress(
                State.valueOf(route.path("state").asText()),
                route.path("attempts").asInt(),
                due == null ? null : Instant.parse(due.asText()));
    }

    /** @return null where there is nothing to keep */
    static @Nullable String write(Map<String, RouteProgress> routes) {
        if (routes.isEmpty()) {
            return null;
        }
        ObjectNode all = JSON.createObjectNode();
        routes.forEach((name, route) -> {
            ObjectNode one = all.putObject(name).put("state", route.state().name());
            one.put("attempts", route.attempts());
            if (route.due() != null) {
                one.put("due", route.due().toString());
            }
        });
        return all.toString();
    }
}
