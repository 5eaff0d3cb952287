package io.alluvium.webhook;

import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** Audit events of agents, and of this service where it hands out tokens. */
public interface AgentConfig {

    TopicConfig topic();

    /** Whole months before the present one of which events are kept; older ones are dropped and no longer taken. */
    @WithDefault("6")
    @Min(1)
    @Max(1200)
    int monthsKept();

    /**
     * Months after the present one that have their partition already. Events may be dated up to the begin of the last of
     * these, so that one partition is always in reserve.
     */
    @WithDefault("3")
    @Min(2)
    @Max(120)
    int monthsAhead();

    /** The topic of agent audit events. */
    interface TopicConfig {

        @WithDefault("agent.audit-events")
        String name();

        /** How many partitions the topic gets when this service creates it. */
        @WithDefault("4")
        int partitions();

        /** 1 suits a single broker; production creates the topic itself or sets 3. */
        @WithDefault("1")
        short replicationFactor();

        /** How long Kafka keeps events, stored or not. Must be longer than the longest outage of the database. */
        @WithDefault("7D")
        Duration retention();
    }
}
