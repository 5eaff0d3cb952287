package io.alluvium.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/** Tokens of the webhook-service over HTTP: found by their refresh token, and handed out while they last. */
final class TokenLoad {

    private static final int WARM_UP_SECONDS = 15;
    private static final int OK = 200;

    private final Options options;
    private final int tokens;
    private final int seconds;
    private final int connections;
    private final List<String> jvm;

    /** One request for a token with this number. */
    @FunctionalInterface
    private interface Question {
        int ask(HttpConnection connection, int token) throws IOException;
    }

    TokenLoad(Options options) {
        this.options = options;
        this.tokens = options.number("events", 10_000);
        this.seconds = options.number("seconds", 30);
        this.connections = options.number("connections", 16);
        this.jvm = options.jvm("-Xmx512m");
    }

    void run() throws Exception {
        Report report = new Report("tokens", "Tokens over HTTP", options);
        List<List<String>> rows = new ArrayList<>();
        try (StackProcess stack = StackProcess.start();
                ServiceProcess service = ServiceProcess.start("webhook-service", stack, "tokens", jvm, settings())) {
            service.awaitReady();
            put(service);
            for (int clients : new int[] {1, connections}) {
                rows.add(row("lookup by refresh token", service, clients, TokenLoad::lookUp));
                rows.add(row("valid", service, clients, TokenLoad::valid));
            }
        }
        report.text(String.format(
                """
                %,d tokens; each connection sends one request at a time for %d s, after %d s of warm-up, for tokens by chance. The answers
                hold the access token, decrypted; each use is told on `agent.audit-events` and stored by the same process. Profile
                `local`: no bearer token is verified. Service options `%s`. Wanted: lookup median < 1 ms.
                """,
                tokens, seconds, WARM_UP_SECONDS, String.join(" ", jvm)));
        List<String> heads = new ArrayList<>(List.of("milliseconds", "connections", "requests/s"));
        heads.addAll(Samples.quantileNames());
        report.table(heads, rows);
        report.text("Every request was answered 200; any other answer fails the run.");
        report.publish();
    }

    private static Map<String, String> settings() throws IOException {
        byte[] key = new byte[32];
        new Random(7).nextBytes(key);
        Path file = Files.createTempFile(Options.scratch(), "token-", ".key");
        Files.writeString(file, Base64.getEncoder().encodeToString(key));
        file.toFile().deleteOnExit();
        return Map.of(
                "webhook.token.enabled", "true",
                "webhook.token.keys.k1", "file:" + file,
                "webhook.token.active-key", "k1");
    }

    private void put(ServiceProcess service) throws IOException {
        Report.progress("putting " + tokens + " tokens");
        try (HttpConnection connection = new HttpConnection(service.port())) {
            for (int token = 0; token < tokens; token++) {
                String body = "{\"access_token\":\"1000.%064d\",\"refresh_token\":\"%s\",\"expires_in\":86400}"
                        .formatted(token, refreshToken(token));
                mustBeOk(connection.send("PUT", path(token), body.getBytes(UTF_8)));
            }
        }
    }

    private static String refreshToken(int token) {
        return "1000.%032x.%032x".formatted(token, ~token);
    }

    private static String path(int token) {
        return "/api/tokens/service-" + token % 100 + "/t" + token;
    }

    private static int lookUp(HttpConnection connection, int token) throws IOException {
        String body = "{\"refresh_token\":\"" + refreshToken(token) + "\"}";
        return connection.send("POST", "/api/tokens/lookup", body.getBytes(UTF_8));
    }

    private static int valid(HttpConnection connection, int token) throws IOException {
        return connection.send("GET", path(token) + "/valid", new byte[0]);
    }

    private static void mustBeOk(int status) throws IOException {
        if (status != OK) {
            throw new IOException("a request was answered " + status);
        }
    }

    private List<String> row(String name, ServiceProcess service, int clients, Question question) throws Exception {
        Report.progress(name + " from " + clients + " connections");
        load(service, clients, WARM_UP_SECONDS, question);
        List<Double> millis = load(service, clients, seconds, question);
        service.mustBeAlive();
        List<String> row =
                new ArrayList<>(List.of(name, String.valueOf(clients), String.format("%,d", millis.size() / seconds)));
        row.addAll(new Samples(millis.stream().mapToDouble(Double::doubleValue).toArray()).quantiles());
        return row;
    }

    private List<Double> load(ServiceProcess service, int clients, int duration, Question question) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            List<Future<List<Double>>> results = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                results.add(threads.submit(client(service.port(), i, over, question)));
            }
            Thread.sleep(duration * 1000L);
            over.set(true);
            List<Double> millis = new ArrayList<>();
            for (Future<List<Double>> result : results) {
                millis.addAll(result.get());
            }
            return millis;
        } finally {
            over.set(true);
            threads.shutdown();
        }
    }

    private Callable<List<Double>> client(int port, long seed, AtomicBoolean over, Question question) {
        return () -> {
            Random random = new Random(seed);
            List<Double> millis = new ArrayList<>();
            try (HttpConnection connection = new HttpConnection(port)) {
                while (!over.get()) {
                    int token = random.nextInt(tokens);
                    long began = System.nanoTime();
                    mustBeOk(question.ask(connection, token));
                    millis.add((System.nanoTime() - began) / 1e6);
                }
            }
            return millis;
        };
    }
}
