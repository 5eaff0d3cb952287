package io.alluvium.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * A provider of OAuth tokens over real HTTP. What it does is told by the refresh token it is sent, up to the first dash, so
 * that tests in other processes can make it do what they want; {@code GET /calls?<refresh token>} tells how often that came.
 */
public final class FakeProvider implements AutoCloseable {

    private final HttpServer server;
    private final Map<String, Integer> calls = new ConcurrentHashMap<>();
    private final Set<String> usedUp = ConcurrentHashMap.newKeySet();
    private volatile String lastRequest = "";

    public FakeProvider() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "fake-provider");
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/token", this::token);
        server.createContext("/calls", exchange -> {
            String asked = exchange.getRequestURI().getQuery();
            answer(exchange, 200, String.valueOf(calls.getOrDefault(asked, 0)));
        });
        server.start();
    }

    /** The access token that a refresh token gets the n-th time. */
    public static String access(String refreshToken, int call) {
        return "access-of-" + refreshToken + "-" + call;
    }

    /** The refresh token that takes the place of one that rotates. */
    public static String next(String refreshToken) {
        return refreshToken + "+";
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/token");
    }

    public int calls(String refreshToken) {
        return calls.getOrDefault(refreshToken, 0);
    }

    /** The Authorization header and the body of the last request. */
    public String lastRequest() {
        return lastRequest;
    }

    private void token(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        lastRequest = exchange.getRequestHeaders().getFirst("Authorization") + " " + body;
        Map<String, String> form = Arrays.stream(body.split("&"))
                .map(field -> field.split("=", 2))
                .collect(Collectors.toMap(field -> field[0], field -> URLDecoder.decode(field[1], UTF_8)));
        String token = form.get("refresh_token");
        int call = calls.merge(token, 1, Integer::sum);
        switch (token.split("-", 2)[0]) {
            case "ok" -> answer(exchange, 200, granted(token, call, ""));
            case "slow" -> {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(700));
                answer(exchange, 200, granted(token, call, ""));
            }
            case "once" -> { // it never answers the first time
                LockSupport.parkNanos(call == 1 ? TimeUnit.SECONDS.toNanos(30) : 1);
                answer(exchange, 200, granted(token, call, ""));
            }
            case "rotate" -> rotate(exchange, token, call);
            case "slowly" -> {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1000));
                rotate(exchange, token, call);
            }
            case "late" -> {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(4000));
                rotate(exchange, token, call);
            }
            case "short" -> answer(exchange, 200, granted(token, call, "").replace("3600", "60"));
            case "odd" -> answer(exchange, 201, granted(token, call, "").replace("3600", "\"1h\""));
            case "refused" ->
                answer(exchange, 400, "{\"error\":\"invalid_grant\",\"error_description\":\"" + token + "\"}");
            case "zoho" -> answer(exchange, 200, "{\"error\":\"invalid_code\"}");
            case "client" -> answer(exchange, 401, "{\"error\":\"invalid_client\"}");
            case "echo" ->
                answer(exchange, 400, "{\"error\":\"" + token + "\",\"error_description\":\"" + token + "\"}");
            case "garbage" -> answer(exchange, 200, "<html>" + granted(token, call, ""));
            case "down" -> answer(exchange, 503, "");
            case "redirect" -> {
                exchange.getResponseHeaders().add("Location", "/token");
                answer(exchange, 307, "");
            }
            case "early" -> {
                exchange.sendResponseHeaders(200, 1000);
                exchange.getResponseBody().write("{\"acc".getBytes(UTF_8));
                exchange.close();
            }
            case "huge" -> endless(exchange);
            case "trickle" -> trickle(exchange);
            case "hang" -> LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(20));
            default -> answer(exchange, 500, "");
        }
    }

    private void rotate(HttpExchange exchange, String token, int call) throws IOException {
        if (!usedUp.add(token)) {
            answer(exchange, 400, "{\"error\":\"invalid_grant\"}");
            return;
        }
        answer(exchange, 200, granted(token, call, ",\"refresh_token\":\"" + next(token) + "\""));
    }

    private static String granted(String token, int call, String more) {
        return "{\"access_token\":\"" + access(token, call) + "\",\"token_type\":\"Bearer\",\"expires_in\":3600" + more
                + "}";
    }

    private static void endless(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        byte[] part = new byte[65_536];
        Arrays.fill(part, (byte) 'x');
        try (OutputStream out = exchange.getResponseBody()) {
            for (long sent = 0; sent < 10L << 30; sent += part.length) {
                out.write(part); // until the other side has had enough
            }
        }
    }

    private static void trickle(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            for (int i = 0; i < 200; i++) {
                out.write(' ');
                out.flush();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
        }
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
