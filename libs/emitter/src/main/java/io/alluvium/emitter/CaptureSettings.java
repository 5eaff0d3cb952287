package io.alluvium.emitter;

import java.net.URI;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How changes are captured. Read from the properties of the persistence unit.
 *
 * @param topic    {@code alluvium.audit.topic}: where the events go
 * @param source   {@code alluvium.audit.source}: the {@code ce_source} of the events, a URI reference that names the application
 * @param outbox   {@code alluvium.audit.outbox}: the table that holds events until Kafka has them
 * @param entities {@code alluvium.audit.entities}: names of entities that are audited without the annotation, comma-separated
 */
record CaptureSettings(String topic, String source, String outbox, Set<String> entities) {

    private static final String PREFIX = "alluvium.audit.";
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

    CaptureSettings {
        if (!TOPIC.matcher(topic).matches()) {
            throw new IllegalArgumentException(PREFIX + "topic must be the name of a Kafka topic, got " + topic);
        }
        if (source.isBlank()) {
            throw new IllegalArgumentException(PREFIX + "source must not be blank");
        }
        URI.create(source);
        OutboxTable.requireName(outbox);
        entities = Set.copyOf(entities);
    }

    static CaptureSettings from(Map<String, Object> properties) {
        String entities = text(properties, "entities", "");
        return new CaptureSettings(
                text(properties, "topic", "audit.changes"),
                text(properties, "source", "/emitter"),
                text(properties, "outbox", OutboxTable.DEFAULT_NAME),
                Arrays.stream(entities.split(","))
                        .map(String::trim)
                        .filter(name -> !name.isEmpty())
                        .collect(Collectors.toSet()));
    }

    private static String text(Map<String, Object> properties, String name, String usual) {
        Object value = properties.get(PREFIX + name);
        return value == null ? usual : value.toString();
    }
}
