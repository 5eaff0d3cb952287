package io.alluvium.webhook.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.webhook.token.ProviderAnswer.Granted;
import io.alluvium.webhook.token.ProviderAnswer.Refused;
import io.alluvium.webhook.token.ProviderAnswer.Unavailable;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderReplyTest {

    private static ProviderAnswer read(int status, String body) {
        return ProviderReply.read(status, body.getBytes(UTF_8), Duration.ofHours(1));
    }

    private static Granted granted(NewTokens tokens, String... ignored) {
        return new Granted(tokens, List.of(ignored));
    }

    @Test
    void tokensAreTakenAsTheProviderGaveThem() {
        assertThat(
                        read(
                                200,
                                "{\"access_token\":\"a b\",\"expires_in\":60,\"refresh_token\":\"r\",\"scope\":\"s t\",\"x\":[]}"))
                .isEqualTo(
                        new Granted(new NewTokens(new ClearToken("a b"), new ClearToken("r"), 60, "s t"), List.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
        "expires_in":60                              | 60
        "expires_in":"60"                            | 60
        "expires_in":3600000,"expires_in_sec":3600   | 3600
        "expires_in":60.0                            | 60
        "expires_in":99999999999999                  | 315360000
        "expires_in":null                            | 3600
        "other":1                                    | 3600
        """)
    void theLifetimeIsReadInTheFormsThatThereAre(String member, long seconds) {
        ProviderAnswer answer = read(200, "{\"access_token\":\"a\"," + member + "}");

        assertThat(answer).isInstanceOf(Granted.class);
        assertThat(((Granted) answer).tokens().expiresIn()).isEqualTo(seconds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "0", "\"soon\"", "1.5", "true", "[]", "{}", "1e999", "\"-5\""})
    void aLifetimeThatIsNoneIsAssumedAndTheTokenKept(String value) {
        assertThat(read(200, "{\"access_token\":\"a\",\"refresh_token\":\"new\",\"expires_in\":" + value + "}"))
                .isEqualTo(
                        granted(new NewTokens(new ClearToken("a"), new ClearToken("new"), 3600, null), "expires_in"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "17", "\"x\"", "<html>", "{", "{}x", "{} {}", "\u0000"})
    void whatIsNoObjectIsGarbage(String body) {
        assertThat(read(200, body)).isEqualTo(new Unavailable("the provider's answer is no JSON object"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\"other\":1",
                "\"access_token\":1",
                "\"access_token\":null",
                "\"access_token\":\"\"",
                "\"access_token\":\"a\\nb\"",
                "\"access_token\":\"\\u00e9\""
            })
    void withoutAnAccessTokenItIsGarbage(String member) {
        assertThat(read(200, "{" + member + "}"))
                .isEqualTo(new Unavailable("the provider's answer has no access_token that can be one"));
    }

    @Test
    void anAccessTokenOfMoreThanSixteenThousandCharactersIsGarbage() {
        assertThat(read(200, "{\"access_token\":\"" + "a".repeat(16_385) + "\"}"))
                .isInstanceOf(Unavailable.class);
        assertThat(read(200, "{\"access_token\":\"" + "a".repeat(16_384) + "\"}"))
                .isInstanceOf(Granted.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "[]", "\"a\\u0000\""})
    void aRefreshTokenThatIsNoneIsLeftOutAndTheAccessTokenKept(String value) {
        assertThat(read(200, "{\"access_token\":\"a\",\"refresh_token\":" + value + "}"))
                .isEqualTo(granted(new NewTokens(new ClearToken("a"), null, 3600, null), "refresh_token"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "\"\""})
    void anAbsentRefreshTokenIsNoFault(String value) {
        assertThat(read(200, "{\"access_token\":\"a\",\"refresh_token\":" + value + ",\"expires_in\":5}"))
                .isEqualTo(granted(new NewTokens(new ClearToken("a"), null, 5, null)));
    }

    @ParameterizedTest
    @CsvSource({"400, invalid_grant", "401, invalid_grant", "200, invalid_code"})
    void aRefreshTokenThatIsNotTakenIsFinal(int status, String code) {
        assertThat(read(status, "{\"error\":\"" + code + "\"}"))
                .isEqualTo(new Refused("the provider answered " + status + " and " + code));
    }

    @ParameterizedTest
    @ValueSource(strings = {"invalid_client", "temporarily_unavailable", "slow_down"})
    void anyOtherErrorIsNot(String code) {
        assertThat(read(400, "{\"error\":\"" + code + "\"}"))
                .isEqualTo(new Unavailable("the provider answered 400 and " + code));
    }

    @Test
    void anErrorThatIsNoCodeIsNotRepeated() {
        assertThat(read(400, "{\"error\":\"token 1000.abc is bad\",\"error_description\":\"1000.abc\"}"))
                .isEqualTo(new Unavailable("the provider answered 400 and an error that is no code"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
        200 | "error":""
        200 | "error":"invalid_grant"
        201 | "other":1
        203 | "error":null
        """)
    void aSoundAccessTokenIsNeverThrownAway(int status, String member) {
        assertThat(read(status, "{\"access_token\":\"a\",\"expires_in\":5," + member + "}"))
                .isEqualTo(granted(new NewTokens(new ClearToken("a"), null, 5, null)));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 429, 500, 503})
    void anyOtherStatusIsToldAsItIs(int status) {
        assertThat(read(status, "{\"access_token\":\"a\"}"))
                .isEqualTo(new Unavailable("the provider answered " + status));
    }

    @Test
    void aRedirectIsNotFollowed() {
        assertThat(read(302, ""))
                .isEqualTo(new Unavailable("the provider answered with a redirect (302), which is not followed"));
    }
}
