package io.alluvium.kit;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the topics of a service while it starts, without holding up the start: a broker that is away is asked again, one
 * that does not allow it is told about once.
 */
@Singleton
final class TopicCreator {

    private static final Logger LOGGER = LoggerFactory.getLogger(TopicCreator.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

    private final List<TopicSpec> topics;
    private final Instance<Admin> admin;
    private final EventPublisher publisher;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::createAll, "topic-creator");

    TopicCreator(@Any Instance<TopicSpec> topics, Instance<Admin> admin, EventPublisher publisher) {
        this.topics = topics.stream().filter(Objects::nonNull).toList();
        this.admin = admin;
        this.publisher = publisher;
        thread.setDaemon(true);
    }

    void start(@Observes StartupEvent started) {
        if (!topics.isEmpty()) {
            thread.start();
        }
    }

    @PreDestroy
    void close() {
        closed.countDown();
        thread.interrupt();
    }

    private void createAll() {
        try {
            for (TopicSpec topic : topics) {
                createUntilDecided(topic);
                publisher.prepare(topic.name());
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private void createUntilDecided(TopicSpec topic) throws InterruptedException {
        Duration pause = FIRST_PAUSE;
        for (boolean told = false; closed.getCount() > 0; told = true) {
            try {
                create(topic);
                return;
            } catch (ExecutionException | KafkaException failure) {
                Throwable cause = failure instanceof ExecutionException ? failure.getCause() : failure;
                if (decides(topic, cause)) {
                    return;
                }
                LOGGER.atLevel(told ? org.slf4j.event.Level.DEBUG : org.slf4j.event.Level.WARN)
                        .addKeyValue("topic", topic.name())
                        .addKeyValue("cause", String.valueOf(cause))
                        .log("topic not created yet, trying on");
            }
            closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private void create(TopicSpec topic) throws ExecutionException, InterruptedException {
        Map<String, String> config = new HashMap<>(topic.config());
        long retention = topic.retention().isNegative() || topic.retention().isZero()
                ? -1
                : topic.retention().toMillis();
        config.putIfAbsent(TopicConfig.RETENTION_MS_CONFIG, String.valueOf(retention));
        Optional<Short> replicas =
                topic.replicationFactor() == -1 ? Optional.empty() : Optional.of(topic.replicationFactor());
        NewTopic created = new NewTopic(topic.name(), Optional.of(topic.partitions()), replicas).configs(config);
        admin.get().createTopics(List.of(created)).all().get();
        LOGGER.atInfo()
                .addKeyValue("topic", topic.name())
                .addKeyValue("partitions", topic.partitions())
                .log("topic created");
    }

    /** @return false when asking again may help */
    private static boolean decides(TopicSpec topic, Throwable failure) {
        if (failure instanceof TopicExistsException) {
            return true;
        }
        if (failure instanceof RetriableException || !(failure instanceof KafkaException)) {
            return false;
        }
        // Also an authenticated service without the right to create: somebody else creates its topics.
        LOGGER.atWarn()
                .addKeyValue("topic", topic.name())
                .addKeyValue("cause", failure.toString())
                .log(
                        failure instanceof AuthorizationException
                                ? "not authorised to create the topic; it must be there already"
                                : "the broker refuses to create the topic; it must be there already");
        return true;
    }
}
