package io.alluvium.webhook.delivery;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * POSTs events, signed by the rules of Standard Webhooks. The connection goes to the very address that was checked, whatever the
 * name resolves to afterwards; a redirect is not followed, since where it leads was not configured; of an answer only as much
 * is read as keeps the connection usable.
 */
final class HttpDestination implements Destination, AutoCloseable {

    /** A longer answer ends with the connection. */
    static final int MOST_ANSWER = 64 * 1024;

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final long ADDRESS_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int KEEP_ALIVE_SECONDS = 10;

    /** How a name becomes addresses. */
    @FunctionalInterface
    interface Resolver {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    /**
     * @param timeout        from the first step to the last byte of the answer
     * @param maxConnections as many as attempts may be under way
     */
    record Settings(String route, URI url, Duration timeout, int maxConnections, boolean allowPrivateAddresses) {

        Settings {
            boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (!http || url.getHost() == null || url.getRawUserInfo() != null || url.getRawFragment() != null) {
                throw new IllegalArgumentException(
                        "url is http:// or https:// with a host, and without a user, a password or a fragment");
            }
        }

        int port() {
            return url.getPort() >= 0 ? url.getPort() : isSecure() ? 443 : 80;
        }

        boolean isSecure() {
            return "https".equals(url.getScheme());
        }

        String pathAndQuery() {
            String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
            return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
        }

        /** As {@link URI} has it, an IPv6 address is in brackets, which no resolver knows. */
        String host() {
            return url.getHost().replaceAll("^\\[|\\]$", "");
        }
    }

    private record Resolved(InetAddress address, long untilNanos) {}

    private final Settings settings;
    private final WebhookSignature signature;
    private final Vertx vertx;
    private final Resolver resolver;
    private final HttpClient client;
    private volatile @Nullable Resolved resolved;

    HttpDestination(Settings settings, WebhookSignature signature, Vertx vertx, Resolver resolver) {
        this.settings = settings;
        this.signature = signature;
        this.vertx = vertx;
        this.resolver = resolver;
        this.client = vertx.createHttpClient(new HttpClientOptions()
                .setConnectTimeout(
                        (int) Math.min(CONNECT.toMillis(), settings.timeout().toMillis()))
                .setMaxPoolSize(settings.maxConnections())
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setTcpNoDelay(true)
                .setSsl(settings.isSecure()));
    }

    @Override
    public CompletionStage<Answer> deliver(StoredEvent event) {
        Exchange exchange = new Exchange(vertx, settings.timeout());
        Resolved known = resolved;
        if (known != null && System.nanoTime() - known.untilNanos() < 0) {
            send(known.address(), event, exchange);
        } else {
            vertx.executeBlocking(this::resolve, false)
                    .onSuccess(address -> send(address, event, exchange))
                    .onFailure(exchange::failed);
        }
        return exchange.answer();
    }

    private InetAddress resolve() throws UnknownHostException {
        InetAddress[] addresses = resolver.addresses(settings.host());
        InetAddress address =
                settings.allowPrivateAddresses() ? addresses[0] : AddressRules.firstPublic(settings.host(), addresses);
        resolved = new Resolved(address, System.nanoTime() + ADDRESS_NANOS);
        return address;
    }

    private void send(InetAddress address, StoredEvent event, Exchange exchange) {
        byte[] body = EventDocument.webhook(event);
        String id = event.id() + "-" + settings.route();
        long timestamp = Clock.systemUTC().instant().getEpochSecond();
        // The host is for the request and the certificate; the connection goes to the address that was checked.
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setServer(SocketAddress.inetSocketAddress(settings.port(), address.getHostAddress()))
                .setHost(settings.url().getHost())
                .setPort(settings.port())
                .setSsl(settings.isSecure())
                .setURI(settings.pathAndQuery())
                .setFollowRedirects(false)
                .putHeader("content-type", "application/json")
                .putHeader("user-agent", "Alluvium")
                .putHeader("webhook-id", id)
                .putHeader("webhook-timestamp", String.valueOf(timestamp))
                .putHeader("webhook-signature", signature.sign(id, timestamp, body));
        client.request(options)
                .onSuccess(request -> {
                    if (exchange.began(request)) {
                        request.send(Buffer.buffer(body))
                                .onSuccess(response -> read(response, request, exchange))
                                .onFailure(exchange::failed);
                    }
                })
                .onFailure(exchange::failed);
    }

    private static void read(HttpClientResponse response, HttpClientRequest request, Exchange exchange) {
        Answer answer = answer(
                response.statusCode(),
                response.getHeader("retry-after"),
                Clock.systemUTC().instant());
        long[] length = {0};
        response.handler(part -> {
            length[0] += part.length();
            if (length[0] > MOST_ANSWER) {
                exchange.complete(answer);
                request.connection().close();
            }
        });
        response.exceptionHandler(exchange::failed);
        response.endHandler(end -> exchange.complete(answer));
    }

    /** What an HTTP status means. */
    static Answer answer(int status, @Nullable String retryAfter, Instant now) {
        if (status >= 200 && status < 300) {
            return new Answer.Delivered(status, null);
        }
        String reason = "answered " + status;
        return switch (status) {
            case 404, 410, 422 -> new Answer.Refused(reason, status);
            case 301, 302, 303, 307, 308 ->
                new Answer.Failed(reason + ": redirects are not followed", status, true, null);
            default -> {
                boolean down = status >= 500 || status == 408 || status == 429;
                yield new Answer.Failed(reason, status, down, RetrySchedule.retryAfter(retryAfter, now));
            }
        };
    }

    @Override
    public void close() {
        client.close();
    }
}
