package io.alluvium.webhook.token;

import static java.util.Objects.requireNonNull;

import io.alluvium.kit.Bounds;
import io.alluvium.kit.Problem;
import io.alluvium.kit.Problem.FieldError;
import io.alluvium.webhook.token.TokenCipher.Place;
import io.alluvium.webhook.topic.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What requests about tokens hold, and what is wrong with it. No message quotes a token. */
final class TokenRequests {

    private static final Pattern SERVICE = Pattern.compile("[A-Za-z0-9._-]{1,100}");
    private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9._-]{1,50}");

    private TokenRequests() {}

    /** Tokens as a provider gave them. */
    record Put(
            @Schema(required = true, implementation = String.class) @Nullable ClearToken accessToken,
            @Schema(implementation = String.class, nullable = true) @Nullable ClearToken refreshToken,
            @Schema(required = true, description = "seconds from now", minimum = "0") @Nullable Long expiresIn,
            @Schema(nullable = true) @Nullable String scope) {

        NewTokens checked() {
            return tokens(accessToken, refreshToken, expiresIn, scope);
        }
    }

    /** New tokens for one that is stored. */
    record Refreshed(
            @Schema(required = true) @Nullable Long id,
            @Schema(required = true, implementation = String.class) @Nullable ClearToken accessToken,
            @Schema(required = true, description = "seconds from now", minimum = "0") @Nullable Long expiresIn,
            @Schema(implementation = String.class, nullable = true, description = "the old one stays when absent")
                    @Nullable
                    ClearToken refreshToken) {

        long checkedId() {
            if (id == null) {
                throw Problem.validation(new FieldError("id", "is required"));
            }
            return id;
        }

        NewTokens checked() {
            return tokens(accessToken, refreshToken, expiresIn, null);
        }
    }

    record Lookup(@Schema(required = true, implementation = String.class) @Nullable ClearToken refreshToken) {

        ClearToken checked() {
            List<FieldError> errors = new ArrayList<>();
            check("refresh_token", refreshToken, true, errors);
            refuse(errors);
            return requireNonNull(refreshToken);
        }
    }

    record Cleanup(
            @Schema(description = "only count", defaultValue = "false", nullable = true) @Nullable Boolean dryRun,
            @Schema(
                            description = "also those whose refresh token may still be good",
                            defaultValue = "false",
                            nullable = true)
                    @Nullable
                    Boolean includeRefreshable) {}

    record Reencrypt(
            @Schema(description = "rows at most, 1 to 10000", defaultValue = "1000", nullable = true) @Nullable
                    Integer limit,
            @Schema(description = "only count", defaultValue = "false", nullable = true) @Nullable Boolean dryRun,
            @Schema(description = "the key that must be the active one", nullable = true) @Nullable String activeKey) {

        int checkedLimit() {
            int most = limit == null ? 1000 : limit;
            if (most < 1 || most > 10_000) {
                throw Problem.validation(new FieldError("limit", "must be from 1 to 10000"));
            }
            return most;
        }
    }

    static Place place(String service, String type) {
        if (!SERVICE.matcher(service).matches()) {
            throw Problem.badRequest("service", "must have 1 to 100 letters, digits, '.', '_' or '-'");
        }
        if (!TYPE.matcher(type).matches()) {
            throw Problem.badRequest("type", "must have 1 to 50 letters, digits, '.', '_' or '-'");
        }
        return new Place(service, type);
    }

    static <T> T body(@Nullable T body) {
        return Bounds.body(body);
    }

    private static NewTokens tokens(
            @Nullable ClearToken access, @Nullable ClearToken refresh, @Nullable Long seconds, @Nullable String scope) {
        List<FieldError> errors = new ArrayList<>();
        check("access_token", access, true, errors);
        check("refresh_token", refresh, false, errors);
        if (seconds == null) {
            errors.add(new FieldError("expires_in", "is required"));
        } else if (seconds < 0 || seconds > NewTokens.MAX_SECONDS) {
            errors.add(new FieldError("expires_in", "must be from 0 to " + NewTokens.MAX_SECONDS + " seconds"));
        }
        if (scope != null && (scope.length() > NewTokens.MAX_SCOPE || !Texts.isStorable(scope))) {
            errors.add(new FieldError(
                    "scope",
                    "must have at most " + NewTokens.MAX_SCOPE
                            + " characters, without U+0000 and halves of surrogate pairs"));
        }
        refuse(errors);
        return new NewTokens(requireNonNull(access), refresh, requireNonNull(seconds), scope);
    }

    private static void check(String field, @Nullable ClearToken token, boolean required, List<FieldError> errors) {
        if (token == null && required) {
            errors.add(new FieldError(field, "is required"));
        } else if (token != null && !token.isSound()) {
            errors.add(new FieldError(
                    field, "must have 1 to " + ClearToken.MAX_LENGTH + " visible ASCII characters or spaces"));
        }
    }

    private static void refuse(List<FieldError> errors) {
        if (!errors.isEmpty()) {
            throw Problem.validation(errors);
        }
    }
}
