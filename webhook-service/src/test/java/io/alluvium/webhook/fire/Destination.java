package io.alluvium.webhook.fire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes what is delivered, and remembers under which ids. */
final class Destination implements AutoCloseable {

    private static final Pattern EVENT = Pattern.compile("\"event_id\":\"([^\"]+)\"");

    private final Map<String, Set<String>> webhookIds = new HashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    Destination() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Matcher event = EVENT.matcher(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            if (event.find()) {
                String id = exchange.getRequestHeaders().getFirst("webhook-id");
                synchronized (webhookIds) {
                    webhookIds
                            .computeIfAbsent(event.group(1), any -> new HashSet<>())
                            .add(id);
                }
            }
            exchange.sendResponseHeaders(204, -1);
        }
    }

    /** Configuration of a route to here. */
    Map<String, String> route() {
        String route = "webhook.delivery.routes.hook.";
        return Map.of(
                route + "kind",
                "http",
                route + "url",
                "http://127.0.0.1:" + server.getAddress().getPort() + "/",
                route + "secrets",
                "config:test.delivery.secret",
                "test.delivery.secret",
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                route + "allow-private-addresses",
                "true",
                route + "timeout",
                "1S",
                "webhook.delivery.lease",
                "6S");
    }

    /** By event, the ids of the requests that brought it. */
    Map<String, Set<String>> received() {
        synchronized (webhookIds) {
            return new HashMap<>(webhookIds);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
