package io.alluvium.webhook.delivery;

import io.alluvium.webhook.delivery.CircuitBreaker.State;
import io.smallrye.health.api.Wellness;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/**
 * Says how delivery is doing, in the group "wellness". A destination that is down is told and is no reason to be unwell: its
 * events wait. Readiness is not concerned: nobody sends requests to workers.
 */
@Singleton
final class DeliveryHealth {

    private final Delivery delivery;

    DeliveryHealth(Delivery delivery) {
        this.delivery = delivery;
    }

    @Produces
    @Singleton
    @Wellness
    HealthCheck wellness() {
        return () -> {
            HealthCheckResponseBuilder answer =
                    HealthCheckResponse.named("stored events are delivered").up();
            if (!delivery.isEnabled()) {
                return answer.withData("delivery", "ELSEWHERE").build();
            }
            if (delivery.routes().isEmpty()) {
                return answer.withData("delivery", "NO ROUTES").build();
            }
            for (DeliveryWorker.State worker : delivery.workers()) {
                if (!worker.running() || worker.since() != null) {
                    String reason = worker.since() == null
                            ? "a worker has ended"
                            : worker.reason() + " since " + worker.since();
                    answer.withData("delivery", reason).down();
                }
            }
            for (Route route : delivery.routes()) {
                State state = route.circuit().state();
                if (state != State.CLOSED) {
                    answer.withData("route " + route.name(), "circuit " + state);
                }
            }
            return answer.build();
        };
    }
}
