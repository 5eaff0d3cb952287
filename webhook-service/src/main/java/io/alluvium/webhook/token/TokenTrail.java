package io.alluvium.webhook.token;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.alluvium.kit.EventPublisher;
import io.alluvium.webhook.WebhookConfig;
import io.alluvium.webhook.token.TokenCipher.Place;
import io.alluvium.webhook.topic.AgentEvent;
import io.alluvium.webhook.topic.AgentEventWriter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the audit events of agents who used which token, and never a token. Nobody waits for Kafka: an event that it does not
 * take goes to the log and is counted.
 */
@Singleton
final class TokenTrail {

    private static final Logger LOGGER = LoggerFactory.getLogger(TokenTrail.class);
    private static final String SOURCE = "/webhook-service/token";
    private static final JsonMapper JSON = new JsonMapper();

    /** What is done with tokens; begins the event type. */
    enum Use {
        PUT("token_put"),
        READ("token_read"),
        LOOKUP("token_lookup"),
        REFRESH("token_refresh"),
        DELETE("token_delete"),
        CLEANUP("token_cleanup"),
        REENCRYPT("token_reencrypt");

        private final String eventType;

        Use(String eventType) {
            this.eventType = eventType;
        }
    }

    private final EventPublisher publisher;
    private final String topic;
    private final Counter lost;

    TokenTrail(EventPublisher publisher, WebhookConfig config, MeterRegistry meters) {
        this.publisher = publisher;
        this.topic = config.agent().topic().name();
        this.lost = Counter.builder("alluvium.token.audit.lost")
                .description("Audit events of tokens that Kafka did not take; they are in the log")
                .register(meters);
    }

    /**
     * @param actor   who asked; null where nobody is known
     * @param place   null where it is about no one token
     * @param outcome what became of it, in a word or two
     * @param more    further facts, none of them secret
     */
    void tell(Use use, @Nullable String actor, @Nullable Place place, String outcome, Map<String, ?> more) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("outcome", outcome);
        metadata.putAll(more);
        String who = actor == null || actor.length() <= AgentEvent.MAX_TEXT
                ? actor
                : actor.substring(0, AgentEvent.MAX_TEXT);
        AgentEvent event = new AgentEvent(
                null,
                use.eventType,
                Instant.now().truncatedTo(ChronoUnit.MICROS),
                who,
                use.name().toLowerCase(Locale.ROOT),
                place == null ? null : "token:" + place.service() + "/" + place.type(),
                json(metadata));
        publish(event).whenComplete((acknowledged, failure) -> {
            if (failure != null) {
                lost.increment();
                LOGGER.atWarn()
                        .addKeyValue("type", event.eventType())
                        .addKeyValue("actor", event.actor())
                        .addKeyValue("resource", event.resource())
                        .addKeyValue("timestamp", event.timestamp())
                        .addKeyValue("metadata", event.metadata())
                        .log("audit event not published");
            }
        });
    }

    /** Never throws: what it tells of is done, and must not look as if it were not. */
    private CompletionStage<Void> publish(AgentEvent event) {
        try {
            return publisher.publish(List.of(AgentEventWriter.record(topic, SOURCE, event)));
        } catch (RuntimeException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    private static String json(Map<String, Object> metadata) {
        try {
            return JSON.writeValueAsString(metadata);
        } catch (JsonProcessingException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }
}
