package io.alluvium.webhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.webhook.delivery.HttpDestination.Resolver;
import io.alluvium.webhook.delivery.HttpDestination.Settings;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Destinations for tests, with a timeout that tests can wait for. */
final class HttpDestinations {

    static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    static final StoredEvent EVENT =
            Events.event("update", "Accounts", "42", "{ \"n\":1.10, \"text\":\"\\u00e9\" }", "[\"n\"]");

    /** Ends with the JVM. */
    private static final Vertx VERTX = Vertx.vertx();

    private HttpDestinations() {}

    static HttpDestination destination(String url, boolean privateAddresses, Resolver resolver) {
        Settings settings = new Settings("crm", URI.create(url), Duration.ofMillis(800), 5, privateAddresses);
        return new HttpDestination(settings, new WebhookSignature(List.of(SECRET)), VERTX, resolver);
    }

    static Answer deliver(HttpDestination destination) throws Exception {
        return destination.deliver(EVENT).toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    static void assertFailed(Answer answer, String reason) {
        assertThat(answer).isInstanceOfSatisfying(Answer.Failed.class, failed -> {
            assertThat(failed.reason()).contains(reason);
            assertThat(failed.down()).isTrue();
        });
    }
}
