package io.alluvium.audit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** All settings of this service that are not the ecosystem's own; an unknown key under {@code audit.} stops the start. */
@ConfigMapping(prefix = "audit")
public interface AuditConfig {

    TopicConfig topic();

    IntakeConfig intake();

    SinkConfig sink();

    QueryConfig query();

    CalculationConfig calculation();

    EngineConfig engine();

    /** The topic of change events. */
    interface TopicConfig {

        @WithDefault("audit.changes")
        String name();

        /** How many partitions the topic gets when this service creates it: as many consumers can share the work. */
        @WithDefault("4")
        int partitions();

        /** 1 suits a single broker; production creates the topic itself or sets 3. */
        @WithDefault("1")
        short replicationFactor();

        /** How long Kafka keeps events, stored or not. Must be longer than the longest outage of the database. */
        @WithDefault("7D")
        Duration retention();
    }

    /** Changes reported over HTTP. */
    interface IntakeConfig {

        @WithDefault("true")
        boolean enabled();

        /** Events in one request. */
        @WithDefault("10000")
        int maxEvents();

        /** Bytes of one event: what a topic takes by default, less what its key and headers need. */
        @WithDefault("1000000")
        int maxEventBytes();

        /** {@code ce_source} of events that arrive over HTTP. */
        @WithDefault("/audit-service/intake")
        String source();
    }

    /** From the topic into the table. */
    interface SinkConfig {

        @WithDefault("true")
        boolean enabled();

        /** Share of a batch that the database may refuse row by row before the sink pauses instead (0 to 1). */
        @WithDefault("0.5")
        double maxPoisonShare();

        /** Rows of one batch that may be refused whatever the share. */
        @WithDefault("100")
        int toleratedPoison();

        /** Consumers in this process; each has partitions, a thread and a connection to the database of its own (1 to 16). */
        @WithDefault("2")
        @Min(1)
        @Max(16)
        int consumers();

        /** Pause after a failure that needs mending, before the batch is tried again. */
        @WithDefault("5S")
        Duration pause();

        /** Longest pause between attempts after failures that pass by themselves. */
        @WithDefault("10S")
        Duration maxBackoff();
    }

    /** Reading what is stored. */
    interface QueryConfig {

        @WithDefault("true")
        boolean enabled();

        /** Exports at one time; each keeps a thread busy for as long as its client takes to read. */
        @WithDefault("4")
        int maxExports();
    }

    /** The calculations resource and the relay of its outbox. */
    interface CalculationConfig {

        @WithDefault("true")
        boolean enabled();
    }
}
