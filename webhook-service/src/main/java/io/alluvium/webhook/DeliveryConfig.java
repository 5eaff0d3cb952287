package io.alluvium.webhook;

import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** From the table to where events are wanted. */
public interface DeliveryConfig {

    @WithDefault("true")
    boolean enabled();

    /** Workers of this process; each uses one connection to the database at a time. */
    @WithDefault("3")
    @Min(1)
    @Max(16)
    int workers();

    /** How many records a worker takes at once, and how many events of each of them at most. */
    @WithDefault("10")
    @Min(1)
    @Max(500)
    int batchSize();

    /** How many records one worker has under way: those of slow destinations wait beside the others. */
    @WithDefault("200")
    @Min(1)
    @Max(10_000)
    int maxInFlight();

    /** How long a worker that has nothing to do waits before it looks again. */
    @WithDefault("100MS")
    Duration pollInterval();

    /** How long a record is a worker's own; after that others take it, so it is longer than every route's timeout. */
    @WithDefault("60S")
    Duration lease();

    /** How long a service that stops waits for answers. */
    @WithDefault("20S")
    Duration stopTimeout();

    CircuitConfig circuit();

    /** Where events go, by name. An event goes to every route that it matches. */
    Map<String, RouteConfig> routes();

    /** When a destination is left alone. */
    interface CircuitConfig {

        /** Failures in a row. */
        @WithDefault("5")
        @Min(1)
        int threshold();

        @WithDefault("60S")
        Duration recovery();

        /** Attempts at a time after the recovery. */
        @WithDefault("3")
        @Min(1)
        int halfOpen();

        /** Successes among those after which all is well again. */
        @WithDefault("2")
        @Min(1)
        int success();
    }

    enum Kind {
        ACCOUNT_SYNC,
        HTTP,
        TOPIC
    }

    /** One destination. */
    interface RouteConfig {

        Kind kind();

        /** Only events of these sources; all where there are none. */
        Optional<List<String>> sources();

        /** Only events of these types; all where there are none. */
        Optional<List<String>> types();

        /** Only events of these modules; all where there are none. */
        Optional<List<String>> modules();

        /** Of kind http: where to. */
        Optional<URI> url();

        /** Of kind http: where the secrets to sign with are, never themselves; several while one is replaced. */
        Optional<List<String>> secrets();

        /** Of kind http: whether the address may be one that is not public. */
        @WithDefault("false")
        boolean allowPrivateAddresses();

        /** Of kind topic, which needs one, and account-sync: the topic. */
        Optional<String> topic();

        /** Of kind http: from the first step of connecting to the last byte of the answer. */
        @WithDefault("15S")
        Duration timeout();

        /** Attempts a second; 0 for no limit. Of one process: two have twice as many. */
        @WithDefault("0")
        double rate();

        /** Attempts at the same time, of one process. */
        @WithDefault("50")
        @Min(1)
        int maxConcurrent();

        RetryConfig retry();
    }

    /** When a failed attempt is made again. */
    interface RetryConfig {

        /** Attempts in all. */
        @WithDefault("3")
        @Min(1)
        int attempts();

        /** After the first attempt; it doubles with each one. */
        @WithDefault("2S")
        Duration base();

        @WithDefault("30S")
        Duration max();

        /** The delays themselves instead, after each attempt: 5S,5M,30M,2H,5H,10H,14H,20H,24H. */
        Optional<List<Duration>> schedule();
    }
}
