package io.alluvium.webhook.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.alluvium.localstack.LocalStack;
import io.alluvium.webhook.FakeProvider;
import io.alluvium.webhook.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes of the service, and whatever they leave behind: logs, topics, tables, metrics, errors. */
class TokenInstancesIT {

    /** Part of every token and of the client's secret here, so that it is enough to look for it. */
    private static final String MARK = "S3cr3tMark";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    static Path directory;

    private static final byte[] KEY = new byte[32];

    private static final Map<String, String> SETTINGS = new HashMap<>();

    private static LocalStack stack;
    private static LeftBehind leftBehind;
    private static FakeProvider provider;
    private static ServiceProcess one;
    private static ServiceProcess other;

    @BeforeAll
    static void start() throws Exception {
        new SecureRandom().nextBytes(KEY);
        stack = LocalStack.start(directory, 0, 0);
        stack.postgres().createSchemaWithRole("webhook");
        leftBehind = new LeftBehind(stack);
        provider = new FakeProvider();
        SETTINGS.put("webhook.token.enabled", "true");
        SETTINGS.put(
                "webhook.token.keys.main",
                "file:" + secret("key", Base64.getEncoder().encodeToString(KEY)));
        SETTINGS.put("webhook.token.active-key", "main");
        SETTINGS.put(
                "webhook.token.providers.zoho.token-endpoint",
                provider.address().toString());
        SETTINGS.put("webhook.token.providers.zoho.client-id", "the-client");
        SETTINGS.put("webhook.token.providers.zoho.client-secret", "file:" + secret("client", MARK + "-client"));
        SETTINGS.put("webhook.token.providers.zoho.timeout", "3S");
        SETTINGS.put("quarkus.log.level", "DEBUG");
        SETTINGS.put("quarkus.log.category.\"org.apache.kafka\".level", "INFO");
        one = ServiceProcess.start(stack, directory.resolve("one.log"), SETTINGS);
        // One after the other: both would migrate the schema, and one of them wait.
        await("the first instance").atMost(PATIENCE).until(one::isReady);
        other = ServiceProcess.start(stack, directory.resolve("other.log"), SETTINGS);
        await("the second instance").atMost(PATIENCE).until(other::isReady);
    }

    @AfterAll
    static void stop() {
        one.close();
        other.close();
        provider.close();
        stack.close();
    }

    private static Path secret(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name + ".secret"), text + "\n");
    }

    private static HttpResponse<String> send(String method, URI uri, String body) throws Exception {
        return CLIENT.send(request(method, uri, body), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest request(String method, URI uri, String body) {
        return HttpRequest.newBuilder(uri)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .header("Content-Type", "application/json")
                .build();
    }

    private static void put(String type, String refresh, long expiresIn) throws Exception {
        String body = "{\"access_token\":\"%s-access-%s\",\"refresh_token\":\"%s\",\"expires_in\":%d}"
                .formatted(MARK, type, refresh, expiresIn);
        assertThat(send("PUT", one.uri("/api/tokens/zoho/" + type), body).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aHundredWhoAskTwoProcessesAtOnceMakeOneCallToTheProvider() throws Exception {
        String refresh = "slowly-" + MARK + "-hundred";
        put("hundred", refresh, 0);
        List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            URI uri = (i % 2 == 0 ? one : other).uri("/api/tokens/zoho/hundred/valid");
            all.add(CLIENT.sendAsync(request("GET", uri, ""), HttpResponse.BodyHandlers.ofString()));
        }

        assertThat(all).allSatisfy(answer -> {
            assertThat(answer.get().statusCode()).isEqualTo(200);
            assertThat(answer.get().body()).contains("\"" + FakeProvider.access(refresh, 1) + "\"");
        });
        assertThat(provider.calls(refresh)).isOne();
        assertThat(leftBehind.texts("SELECT success FROM token_refresh_audit WHERE token_type = 'hundred'"))
                .containsExactly("t");
    }

    @Test
    void whenAProcessDiesWhileItAsksTheProviderAnotherOneDoesOnceItsLeaseEnds() throws Exception {
        String refresh = "once-" + MARK;
        put("once", refresh, 0);
        try (ServiceProcess victim = ServiceProcess.start(stack, directory.resolve("victim.log"), SETTINGS)) {
            await("an instance that will die").atMost(PATIENCE).until(victim::isReady);
            CLIENT.sendAsync(
                    request("GET", victim.uri("/api/tokens/zoho/once/valid"), ""),
                    HttpResponse.BodyHandlers.ofString());
            await("its question").atMost(PATIENCE).until(() -> provider.calls(refresh) == 1);
            victim.kill();
        }

        // Not at once: the dead one may have been given a refresh token in place of this one.
        HttpResponse<String> early = send("GET", one.uri("/api/tokens/zoho/once/valid"), "");
        assertThat(early.statusCode()).isEqualTo(503);
        assertThat(early.body()).contains("another instance has asked the provider");
        assertThat(provider.calls(refresh)).isOne();

        leftBehind.texts("UPDATE oauth_tokens SET refresh_lease_until = now() WHERE token_type = 'once' RETURNING id");
        HttpResponse<String> answer = send("GET", one.uri("/api/tokens/zoho/once/valid"), "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"" + FakeProvider.access(refresh, 2) + "\"");
        assertThat(leftBehind.texts("SELECT success FROM token_refresh_audit WHERE token_type = 'once'"))
                .containsExactly("t");
    }

    @Test
    void noSecretIsInAnythingThatIsLeftBehind() throws Exception {
        List<String> answers = useTokensInEveryWay();
        await("the audit events").atMost(PATIENCE).untilAsserted(() -> assertThat(
                        leftBehind.texts("SELECT DISTINCT event_type FROM audit_events"))
                .contains(
                        "token_put",
                        "token_read",
                        "token_lookup",
                        "token_refresh",
                        "token_delete",
                        "token_cleanup",
                        "token_reencrypt"));

        SecretSearch search = new SecretSearch(KEY, MARK);
        search.findsNothing("answers", String.join("\n", answers), "not valid JSON");
        search.findsNothing("log", Files.readString(directory.resolve("one.log")), "token not refreshed");
        search.findsNothing("log of the other", Files.readString(directory.resolve("other.log")), "started in");
        search.findsNothing("topics", leftBehind.topics(), "token_read");
        search.findsNothing("tables", leftBehind.tables(), "the provider answered 400 and an error that is no code");
        for (ServiceProcess process : List.of(one, other)) {
            search.findsNothing(
                    "metrics",
                    send("GET", process.managementUri("/q/metrics"), "").body(),
                    "alluvium_token_audit_lost");
            search.findsNothing(
                    "health",
                    send("GET", process.managementUri("/q/health"), "").body(),
                    "UP");
            search.findsNothing(
                    "description", send("GET", process.uri("/q/openapi"), "").body(), "/api/tokens");
        }
    }

    /** @return all answers but those that are meant to hold an access token */
    private static List<String> useTokensInEveryWay() throws Exception {
        List<String> answers = new ArrayList<>();
        for (String kind : List.of(
                "ok",
                "rotate",
                "refused",
                "zoho",
                "client",
                "echo",
                "garbage",
                "down",
                "redirect",
                "early",
                "huge",
                "odd")) {
            put(kind, kind + "-" + MARK, 0);
            HttpResponse<String> valid = send("GET", one.uri("/api/tokens/zoho/" + kind + "/valid"), "");
            if (valid.statusCode() != 200) {
                answers.add(valid.body());
            }
            answers.add(send("GET", other.uri("/api/tokens/zoho/" + kind), "").body());
            answers.add(send("POST", one.uri("/api/tokens/zoho/" + kind + "/refresh"), "")
                    .body());
        }
        String absent = MARK + "-absent";
        for (String body : List.of(
                "{\"refresh_token\":\"" + absent + "\"}",
                "{\"refresh_token\":" + MARK + "}",
                "{\"refresh_token\":[\"" + MARK + "\"]}",
                "{\"refresh_token\":\"" + MARK + "\\u0000\"}",
                "{\"refresh_token\":\"" + MARK,
                "\"" + MARK + "\"")) {
            HttpResponse<String> answer = send("POST", one.uri("/api/tokens/lookup"), body);
            assertThat(answer.statusCode()).isBetween(400, 499);
            answers.add(answer.body());
        }
        assertThat(send("POST", one.uri("/api/tokens/lookup"), "{\"refresh_token\":\"ok-" + MARK + "\"}")
                        .statusCode())
                .isEqualTo(200);
        answers.add(
                send("PUT", one.uri("/api/tokens/zoho/x"), "{\"access_token\":\"" + MARK + "\",\"expires_in\":\"x\"}")
                        .body());
        answers.add(send(
                        "POST",
                        one.uri("/api/tokens/refresh"),
                        "{\"id\":4711,\"access_token\":\"" + MARK + "\",\"expires_in\":1}")
                .body());
        answers.add(send("DELETE", one.uri("/api/tokens/zoho/down"), "").body());
        answers.add(send("POST", one.uri("/api/tokens/reencrypt"), "{}").body());
        answers.add(send("POST", one.uri("/api/tokens/cleanup"), "{\"dry_run\":true}")
                .body());
        return answers;
    }

    @Test
    void theMarkIsFoundInBase64WhereverItStands() {
        for (int before = 0; before < 7; before++) {
            byte[] longer = ("x".repeat(before) + MARK + "-tail").getBytes();

            assertThat(Base64.getEncoder().encodeToString(longer))
                    .contains(new SecretSearch(KEY, MARK).withinBase64(before % 3));
        }
    }

    @Test
    void anInstanceThatIsStoppedStoresTheTokenThatTheProviderIsAboutToGive() throws Exception {
        String refresh = "late-" + MARK + "-stop";
        put("stop", refresh, 0);
        try (ServiceProcess stopped = ServiceProcess.start(stack, directory.resolve("stopped.log"), SETTINGS)) {
            await("an instance to stop").atMost(PATIENCE).until(stopped::isReady);
            CLIENT.sendAsync(
                    request("GET", stopped.uri("/api/tokens/zoho/stop/valid"), ""),
                    HttpResponse.BodyHandlers.discarding());
            await("the provider is asked").atMost(PATIENCE).until(() -> provider.calls(refresh) == 1);

            stopped.terminate();
            stopped.exitValue();
        }

        String lookup = "{\"refresh_token\":\"" + FakeProvider.next(refresh) + "\"}";
        HttpResponse<String> found = send("POST", one.uri("/api/tokens/lookup"), lookup);
        assertThat(found.statusCode()).isEqualTo(200);
        assertThat(found.body()).contains("\"" + FakeProvider.access(refresh, 1) + "\"");
    }

    @Test
    void aServiceWithoutAKeyDoesNotStartAndSaysWhatIsMissing() throws Exception {
        Path log = directory.resolve("keyless.log");
        try (ServiceProcess keyless =
                ServiceProcess.start(stack, log, Map.of(), Map.of("TOKEN_PERSISTENCE_ENABLED", "true"))) {
            assertThat(keyless.exitValue()).isNotZero();
        }

        assertThat(Files.readString(log))
                .contains("webhook.token.enabled is true and there is no key to encrypt tokens with");
    }

    @Test
    void whereTokensAreSwitchedOffTheEndpointsSaySo() throws Exception {
        try (ServiceProcess without = ServiceProcess.start(stack, directory.resolve("without.log"), Map.of())) {
            await("an instance without tokens").atMost(PATIENCE).until(without::isReady);

            HttpResponse<String> answer = send("GET", without.uri("/api/tokens/zoho/oauth/valid"), "");

            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).contains("tokens are switched off here: webhook.token.enabled is false");
        }
    }
}
