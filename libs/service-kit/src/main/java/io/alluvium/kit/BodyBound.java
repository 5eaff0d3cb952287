package io.alluvium.kit;

import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Bodies over {@code quarkus.http.limits.max-body-size} are refused with a problem. Quarkus would refuse them before any
 * resource is reached with an answer that has no words, and by closing the connection under the client that still sends.
 */
@Singleton
final class BodyBound {

    /** Just before the route of Quarkus that does the same without words. */
    private static final int BEFORE_QUARKUS = -3;

    private static final int AFTER_QUARKUS = -1;

    /** How much of a refused body is read and dropped so that the client gets to see the answer. */
    private static final long MAX_DRAINED = 64L << 20;

    private final ProblemJson json;
    private final long maxBytes;

    BodyBound(ProblemJson json, @ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize maxBodySize) {
        this.json = json;
        this.maxBytes = maxBodySize.asLongValue();
    }

    long maxBytes() {
        return maxBytes;
    }

    Problem tooLarge() {
        return Problem.tooLarge("the body is larger than the " + maxBytes + " bytes that are accepted here");
    }

    void route(@Observes Router router) {
        router.route().order(BEFORE_QUARKUS).handler(this::refuseTooLarge);
        // A body without a length is counted where it is read (CountedBody): the count of Quarkus answers without
        // words.
        router.route().order(AFTER_QUARKUS).handler(context -> {
            context.put(VertxHttpRecorder.MAX_REQUEST_SIZE_KEY, null);
            context.next();
        });
    }

    private void refuseTooLarge(RoutingContext context) {
        String length = context.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null || Long.parseLong(length) <= maxBytes) {
            context.next();
            return;
        }
        HttpServerRequest request = context.request();
        if (Long.parseLong(length) > MAX_DRAINED || request.headers().contains("Expect")) {
            answer(context, true);
            return;
        }
        // A client that still sends reads no answer, and closing now would reset the connection under it.
        request.handler(dropped -> {});
        request.endHandler(end -> answer(context, false));
        request.exceptionHandler(gone -> request.connection().close());
        request.resume();
    }

    private void answer(RoutingContext context, boolean close) {
        if (close) {
            context.response().putHeader("Connection", "close");
        }
        context.response()
                .setStatusCode(413)
                .putHeader(HttpHeaders.CONTENT_TYPE, ProblemJson.CONTENT_TYPE)
                .end(json.render(tooLarge(), context.request().path()));
    }
}
