package io.alluvium.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/**
 * Routes for the sources {@code dl-*}, and an HTTP destination in this process. It answers 200, or what a test has set for the
 * words that stand in a body.
 */
public final class TestRoutes {

    public static final String SYNC_TOPIC = "account.sync-requests";
    public static final String COPY_TOPIC = "test.copy-of-webhooks";

    /** What the destination was sent. */
    public record Received(String webhookId, String body) {}

    private static final List<Received> RECEIVED = new CopyOnWriteArrayList<>();
    private static final Map<String, Integer> ANSWERS = new ConcurrentHashMap<>();

    private TestRoutes() {}

    /** Settings of the service; starts the destination. */
    public static Map<String, String> config() {
        String route = "webhook.delivery.routes.";
        Map<String, String> config = new HashMap<>();
        config.put("test.delivery.secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        config.put(route + "hook.kind", "http");
        config.put(route + "hook.sources", "dl-hook");
        config.put(route + "hook.url", "http://127.0.0.1:" + Server.PORT + "/hook");
        config.put(route + "hook.secrets", "config:test.delivery.secret");
        config.put(route + "hook.allow-private-addresses", "true");
        config.put(route + "hook.retry.base", "20MS");
        config.put(route + "hook.retry.max", "50MS");
        config.put(route + "sync.kind", "account-sync");
        config.put(route + "sync.sources", "dl-crm");
        config.put(route + "copy.kind", "topic");
        config.put(route + "copy.sources", "dl-copy");
        config.put(route + "copy.topic", COPY_TOPIC);
        config.put("webhook.delivery.circuit.threshold", "1000");
        return config;
    }

    /** From now on, what has these words in its body is answered with the status. */
    public static void answer(String words, int status) {
        ANSWERS.put(words, status);
    }

    public static List<Received> received(String words) {
        return RECEIVED.stream()
                .filter(received -> received.body().contains(words))
                .toList();
    }

    private static void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            RECEIVED.add(new Received(exchange.getRequestHeaders().getFirst("webhook-id"), body));
            int status = ANSWERS.entrySet().stream()
                    .filter(answer -> body.contains(answer.getKey()))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse(200);
            exchange.sendResponseHeaders(status, -1);
        }
    }

    /** Ends with the JVM. */
    private static final class Server {

        static final int PORT = start();

        private static int start() {
            try {
                HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
                server.createContext("/", TestRoutes::handle);
                server.setExecutor(Executors.newCachedThreadPool(task -> {
                    Thread thread = new Thread(task, "test-destination");
                    thread.setDaemon(true);
                    return thread;
                }));
                server.start();
                return server.getAddress().getPort();
            } catch (IOException failure) {
                throw new IllegalStateException(failure);
            }
        }
    }
}
