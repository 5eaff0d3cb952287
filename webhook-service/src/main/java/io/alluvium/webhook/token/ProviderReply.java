package io.alluvium.webhook.token;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.alluvium.webhook.token.ProviderAnswer.Granted;
import io.alluvium.webhook.token.ProviderAnswer.Refused;
import io.alluvium.webhook.token.ProviderAnswer.Unavailable;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what a token endpoint sent. Of garbage it says that it is, and never what it was: it may hold a token. */
final class ProviderReply {

    /** {@code invalid_code} is what Zoho says of a refresh token that it does not know, with status 200. */
    private static final Set<String> FINAL = Set.of("invalid_grant", "invalid_code");

    private static final Pattern CODE = Pattern.compile("[a-z_]{1,50}");

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ProviderReply() {}

    /** @param assumedLifetime of an access token whose end the provider does not tell */
    static ProviderAnswer read(int status, byte[] body, Duration assumedLifetime) {
        if (status >= 300 && status < 400) {
            return new Unavailable("the provider answered with a redirect (" + status + "), which is not followed");
        }
        JsonNode reply = json(body);
        String error = reply == null ? null : reply.path("error").textValue();
        if (error != null) {
            String code = CODE.matcher(error).matches() ? error : "an error that is no code";
            String reason = "the provider answered " + status + " and " + code;
            return FINAL.contains(code) ? new Refused(reason) : new Unavailable(reason);
        }
        if (status != 200) {
            return new Unavailable("the provider answered " + status);
        }
        return reply == null || !reply.isObject()
                ? new Unavailable("the provider's answer is no JSON object")
                : tokens(reply, assumedLifetime);
    }

    private static @Nullable JsonNode json(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException none) {
            return null;
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static ProviderAnswer tokens(JsonNode reply, Duration assumedLifetime) {
        ClearToken access = token(reply.get("access_token"));
        if (access == null || !access.isSound()) {
            return new Unavailable("the provider's answer has no access_token that can be one");
        }
        JsonNode refreshNode = reply.get("refresh_token");
        ClearToken refresh = token(refreshNode);
        boolean none = refreshNode == null
                || refreshNode.isNull()
                || refresh != null && refresh.text().isEmpty();
        if (!none && (refresh == null || !refresh.isSound())) {
            return new Unavailable("the provider's answer has a refresh_token that cannot be one");
        }
        Long seconds = seconds(reply, assumedLifetime);
        if (seconds == null) {
            return new Unavailable("the provider's answer has an expires_in that is no number of seconds");
        }
        String scope = reply.path("scope").textValue();
        boolean keptScope = scope != null && scope.length() <= NewTokens.MAX_SCOPE && scope.indexOf('\0') < 0;
        return new Granted(new NewTokens(access, none ? null : refresh, seconds, keptScope ? scope : null));
    }

    private static @Nullable ClearToken token(@Nullable JsonNode node) {
        return node != null && node.isTextual() ? new ClearToken(node.textValue()) : null;
    }

    /** Zoho's older answers have milliseconds in {@code expires_in} and seconds beside it; others write digits as text. */
    private static @Nullable Long seconds(JsonNode reply, Duration assumedLifetime) {
        JsonNode given = reply.has("expires_in_sec") ? reply.get("expires_in_sec") : reply.get("expires_in");
        if (given == null || given.isNull()) {
            return assumedLifetime.toSeconds();
        }
        boolean digits = given.isTextual() && given.textValue().matches("\\d{1,15}");
        if (!digits && !given.canConvertToExactIntegral() || !digits && !given.canConvertToLong()) {
            return null;
        }
        long seconds = digits ? Long.parseLong(given.textValue()) : given.longValue();
        return seconds <= 0 ? null : Long.valueOf(Math.min(seconds, NewTokens.MAX_SECONDS));
    }
}
