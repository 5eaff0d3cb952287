package io.alluvium.webhook.token;

import java.util.List;

/** What a provider says when it is asked for a new access token. */
sealed interface ProviderAnswer {

    /**
     * New tokens; a refresh token among them replaces the old one, which the provider may no longer take.
     *
     * @param ignored names of fields that could not be read; the tokens are good nevertheless
     */
    record Granted(NewTokens tokens, List<String> ignored) implements ProviderAnswer {}

    /**
     * The refresh token is of no use any more: asking again is of none either.
     *
     * @param reason for operators; nothing of what the provider sent but a short error code
     */
    record Refused(String reason) implements ProviderAnswer {}

    /** Anything else: it may be asked again later. */
    record Unavailable(String reason) implements ProviderAnswer {}
}
