package io.alluvium.webhook.token;

import io.alluvium.webhook.Secret;
import io.alluvium.webhook.TokenConfig.ClientAuthentication;
import io.alluvium.webhook.TokenConfig.ProviderConfig;
import io.alluvium.webhook.token.ProviderAnswer.Unavailable;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The token endpoint of a provider (RFC 6749, section 6). Only the address that is configured is ever asked: no redirect is
 * followed. Prints as its address.
 */
final class TokenEndpoint {

    /** Bytes of an answer; usual ones have one or two thousand. */
    static final int MOST_BYTES = 65_536;

    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    private final HttpClient client;
    private final ProviderConfig config;
    private final @Nullable Secret secret;

    /** @throws IllegalArgumentException with a sentence that names the key and what is wrong with it */
    TokenEndpoint(HttpClient client, ProviderConfig config, Secret.Places places) {
        this.client = client;
        this.config = config;
        this.secret = config.clientSecret()
                .map(reference -> Secret.find(reference, places))
                .orElse(null);
        check(config.tokenEndpoint());
        if (secret == null && config.clientAuthentication() == ClientAuthentication.BASIC) {
            throw new IllegalArgumentException("client-authentication is basic, which needs a client-secret");
        }
    }

    private static void check(URI address) {
        boolean local = address.getHost() != null && THIS_MACHINE.contains(address.getHost());
        boolean safe = "https".equals(address.getScheme()) || "http".equals(address.getScheme()) && local;
        if (!safe || address.getHost() == null || address.getUserInfo() != null || address.getFragment() != null) {
            throw new IllegalArgumentException("token-endpoint must be an https address without user and fragment;"
                    + " http is for a provider on this machine only");
        }
    }

    Duration timeout() {
        return config.timeout();
    }

    /** Asks for a new access token; returns within the timeout, whatever the provider does. */
    ProviderAnswer refresh(ClearToken refreshToken) throws InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> call =
                client.sendAsync(request(refreshToken), head -> new BoundedBody(MOST_BYTES));
        try {
            HttpResponse<byte[]> response = call.get(config.timeout().toMillis(), TimeUnit.MILLISECONDS);
            return ProviderReply.read(response.statusCode(), response.body(), config.assumedLifetime());
        } catch (TimeoutException late) {
            return new Unavailable(
                    "the provider did not answer within " + config.timeout().toMillis() + " ms");
        } catch (ExecutionException failure) {
            return new Unavailable(
                    failure.getCause() instanceof BoundedBody.TooLarge
                            ? "the provider's answer is larger than " + MOST_BYTES + " bytes"
                            : "the provider could not be asked: "
                                    + failure.getCause().getClass().getSimpleName());
        } finally {
            call.cancel(true); // of a call that is done it does nothing
        }
    }

    private HttpRequest request(ClearToken refreshToken) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "refresh_token");
        form.put("refresh_token", refreshToken.text());
        HttpRequest.Builder request = HttpRequest.newBuilder(config.tokenEndpoint())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "application/json");
        if (config.clientAuthentication() == ClientAuthentication.BASIC && secret != null) {
            String both = encoded(config.clientId()) + ":" + encoded(secret.text());
            request.header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
        } else {
            form.put("client_id", config.clientId());
            if (secret != null) {
                form.put("client_secret", secret.text());
            }
        }
        String body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
        return request.POST(HttpRequest.BodyPublishers.ofString(body)).build();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return config.tokenEndpoint().toString();
    }
}
