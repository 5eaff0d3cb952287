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
import java.util.function.Consumer;
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
        check("timeout", config.timeout(), Duration.ofMillis(100), Duration.ofMinutes(1));
        check("assumed-lifetime", config.assumedLifetime(), Duration.ofSeconds(1), Duration.ofDays(3650));
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

    private static void check(String key, Duration given, Duration least, Duration most) {
        if (given.compareTo(least) < 0 || given.compareTo(most) > 0) {
            throw new IllegalArgumentException(key + " must be from " + least + " to " + most + ", not " + given);
        }
    }

    /** What those who ask for a token have to wait for an answer of the provider. */
    Duration timeout() {
        return config.timeout();
    }

    /** The end of every call: an answer that comes until then is taken, since there may be no second one. */
    Duration longestCall() {
        return config.timeout().multipliedBy(3);
    }

    /**
     * Asks for a new access token; returns within the time of the longest call, whatever the provider does.
     *
     * @param late is told so when there is no answer within the timeout
     */
    ProviderAnswer refresh(ClearToken refreshToken, Consumer<String> late) throws InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> call =
                client.sendAsync(request(refreshToken), head -> new BoundedBody(MOST_BYTES));
        String noAnswer =
                "the provider did not answer within " + config.timeout().toMillis() + " ms";
        try {
            HttpResponse<byte[]> response = answer(call, () -> late.accept(noAnswer));
            return ProviderReply.read(response.statusCode(), response.body(), config.assumedLifetime());
        } catch (TimeoutException none) {
            return new Unavailable(noAnswer);
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

    private <T> T answer(CompletableFuture<T> call, Runnable late)
            throws InterruptedException, ExecutionException, TimeoutException {
        try {
            return call.get(timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException notYet) {
            late.run();
            return call.get(longestCall().minus(timeout()).toMillis(), TimeUnit.MILLISECONDS);
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
