package io.alluvium.kit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quarkus.arc.Arc;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Carries the W3C trace context of the HTTP request that is being served into records, so that a trace goes on there. */
@Singleton
final class TraceContext {

    private static final String PARENT = "traceparent";
    private static final String STATE = "tracestate";

    /** Version 00 of the format; of later versions only what 00 knows, as the recommendation asks. */
    private static final Pattern PARENT_SHAPE =
            Pattern.compile("(?!ff)[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}.*");

    private static final int MAX_PARENT = 128;
    private static final int MAX_STATE = 512;

    private final CurrentVertxRequest request;

    TraceContext(CurrentVertxRequest request) {
        this.request = request;
    }

    void addTo(List<ProducerRecord<byte[], byte[]>> records) {
        MultiMap headers = requestHeaders();
        String parent = headers == null ? null : headers.get(PARENT);
        if (headers == null
                || parent == null
                || parent.length() > MAX_PARENT
                || !PARENT_SHAPE.matcher(parent).matches()) {
            return;
        }
        String state = headers.get(STATE);
        byte[] parentBytes = parent.getBytes(US_ASCII);
        byte @Nullable [] stateBytes = state == null || state.length() > MAX_STATE ? null : state.getBytes(US_ASCII);
        for (ProducerRecord<byte[], byte[]> record : records) {
            // A record that brings its own context, a dead letter that is sent again, keeps it.
            if (record.headers().lastHeader(PARENT) == null) {
                record.headers().add(PARENT, parentBytes);
                if (stateBytes != null) {
                    record.headers().add(STATE, stateBytes);
                }
            }
        }
    }

    private @Nullable MultiMap requestHeaders() {
        if (!Arc.container().requestContext().isActive()) {
            return null; // a job, not a request
        }
        RoutingContext current = request.getCurrent();
        return current == null ? null : current.request().headers();
    }
}
