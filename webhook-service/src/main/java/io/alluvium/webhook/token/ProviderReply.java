package io.alluvium.webhook.token;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.alluvium.webhook.token.ProviderAnswer.Granted;
import io.alluvium.webhook.token.ProviderAnswer.Refused;
import io.alluvium.webhook.token.ProviderAnswer.Unavailable;
import io.alluvium.webhook.topic.Texts;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
        boolean isSuccess = status >= 200 && status < 300;
        if (isSuccess && reply != null) {
            ClearToken access = token(reply.get("access_token"));
            if (access != null) {
                return granted(access, reply, assumedLifetime);
            }
        }
        String error = reply == null ? null : reply.path("error").textValue();
        if (error != null) {
            String code = CODE.matcher(error).matches() ? error : "an error that is no code";
            String reason = "the provider answered " + status + " and " + code;
            return FINAL.contains(code) ? new Refused(reason) : new Unavailable(reason);
        }
        if (!isSuccess) {
            return new Unavailable("the provider answered " + status);
        }
        return new Unavailable(
                reply == null || !reply.isObject()
                        ? "the provider's answer is no JSON object"
                        : "the provider's answer has no access_token that can be one");
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

    /** Whatever else is wrong: the provider has given this token, and may take the old refresh token no longer. */
    private static Granted granted(ClearToken access, JsonNode reply, Duration assumedLifetime) {
        List<String> ignored = new ArrayList<>();
        ClearToken refresh = token(reply.get("refresh_token"));
        if (refresh == null && !isAbsent(reply.get("refresh_token"))) {
            ignored.add("refresh_token");
        }
        String lifetime = reply.has("expires_in_sec") ? "expires_in_sec" : "expires_in";
        Long seconds = seconds(reply.get(lifetime));
        if (seconds == null && !isAbsent(reply.get(lifetime))) {
            ignored.add(lifetime);
        }
        String scope = reply.path("scope").textValue();
        boolean keptScope = scope != null && scope.length() <= NewTokens.MAX_SCOPE && Texts.isStorable(scope);
        NewTokens tokens = new NewTokens(
                access, refresh, seconds == null ? assumedLifetime.toSeconds() : seconds, keptScope ? scope : null);
        return new Granted(tokens, List.copyOf(ignored));
    }

    private static boolean isAbsent(@Nullable JsonNode node) {
        return node == null
                || node.isNull()
                || node.isTextual() && node.textValue().isEmpty();
    }

    private static @Nullable ClearToken token(@Nullable JsonNode node) {
        ClearToken token = node != null && node.isTextual() ? new ClearToken(node.textValue()) : null;
        return token != null && token.isSound() ? token : null;
    }

    /** Zoho's older answers have milliseconds in {@code expires_in} and seconds beside it; others write digits as text. */
    private static @Nullable Long seconds(@Nullable JsonNode given) {
        if (given == null) {
            return null;
        }
        boolean digits = given.isTextual() && given.textValue().matches("\\d{1,15}");
        if (!digits && !given.canConvertToExactIntegral() || !digits && !given.canConvertToLong()) {
            return null;
        }
        long seconds = digits ? Long.parseLong(given.textValue()) : given.longValue();
        return seconds <= 0 ? null : Long.valueOf(Math.min(seconds, NewTokens.MAX_SECONDS));
    }
}
