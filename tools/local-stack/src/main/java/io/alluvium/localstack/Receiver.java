package io.alluvium.localstack;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Where the webhook-service delivers to on this machine: an application that verifies signatures by the rules of Standard
 * Webhooks and writes a line for each event. Thread-safe.
 */
final class Receiver implements AutoCloseable {

    static final String LOG = "receiver";

    /** Of events that a demo asks about; later ones are answered and logged like all others. */
    private static final int REMEMBERED = 10_000;

    /** An event as it came. */
    record Delivery(String id, String source, String record, Instant receivedAt) {}

    private final HttpServer server;
    private final PrintWriter log;
    private final SecretKeySpec key;
    private final List<Delivery> deliveries = new ArrayList<>();

    private Receiver(HttpServer server, PrintWriter log, String secret) {
        this.server = server;
        this.log = log;
        this.key = new SecretKeySpec(Base64.getDecoder().decode(secret.substring("whsec_".length())), "HmacSHA256");
    }

    static Receiver start(int port, String secret, Path log) {
        try {
            PrintWriter lines = new PrintWriter(Files.newBufferedWriter(log), true);
            Receiver receiver =
                    new Receiver(HttpServer.create(new InetSocketAddress(Ports.HOST, port), 0), lines, secret);
            receiver.server.createContext("/", receiver::receive);
            receiver.server.start();
            return receiver;
        } catch (IOException failure) {
            throw new LocalStackException("the receiver of webhooks cannot be started: " + failure, failure);
        }
    }

    synchronized List<Delivery> deliveries() {
        return List.copyOf(deliveries);
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            boolean genuine = isGenuine(exchange, body);
            if (genuine) {
                keep(exchange.getRequestHeaders().getFirst("webhook-id"), Api.JSON.readTree(body));
            } else {
                log.println(Instant.now() + " refused: not signed with the secret");
            }
            exchange.sendResponseHeaders(genuine ? 204 : 401, -1);
        }
    }

    private synchronized void keep(String id, JsonNode webhook) {
        JsonNode data = webhook.path("data");
        String record = data.path("record_id").asText("-");
        String source = data.path("source").asText();
        log.println(Instant.now() + " " + source + " " + data.path("event_type").asText() + " of record " + record
                + ", webhook-id " + id);
        if (deliveries.size() < REMEMBERED) {
            Instant receivedAt = Instant.parse(data.path("received_at").asText());
            deliveries.add(new Delivery(id, source, record, receivedAt));
        }
    }

    private boolean isGenuine(HttpExchange exchange, byte[] body) {
        String id = exchange.getRequestHeaders().getFirst("webhook-id");
        String time = exchange.getRequestHeaders().getFirst("webhook-timestamp");
        String signature = exchange.getRequestHeaders().getFirst("webhook-signature");
        if (id == null || time == null || signature == null) {
            return false;
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update((id + "." + time + ".").getBytes(StandardCharsets.UTF_8));
            String expected = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
            return MessageDigest.isEqual(
                    expected.getBytes(StandardCharsets.UTF_8), signature.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has HMAC-SHA256", impossible);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        log.close();
    }
}
