package io.alluvium.audit;

import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The log of engines. What holds for every stage, {@code audit.intake}, {@code .sink} and {@code .query}, holds for it too. */
public interface EngineConfig {

    TopicConfig topic();

    /** The topic of engine logs. */
    interface TopicConfig {

        @WithDefault("engine.logs")
        String name();

        /** How many partitions the topic gets when this service creates it: as many consumers can share the work. */
        @WithDefault("4")
        int partitions();

        /** 1 suits a single broker; production creates the topic itself or sets 3. */
        @WithDefault("1")
        short replicationFactor();

        /** How long Kafka keeps rows, stored or not. Must be longer than the longest outage of the database. */
        @WithDefault("7D")
        Duration retention();
    }
}
