package io.alluvium.webhook.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.webhook.FakeProvider;
import io.alluvium.webhook.Secret;
import io.alluvium.webhook.TokenConfig.ClientAuthentication;
import io.alluvium.webhook.TokenConfig.ProviderConfig;
import io.alluvium.webhook.token.ProviderAnswer.Granted;
import io.alluvium.webhook.token.ProviderAnswer.Unavailable;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A provider that does not behave: each of its answers has its defined end, in time. */
class TokenEndpointTest {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Secret.Places PLACES = new Secret.Places() {
        @Override
        public String environment(String name) {
            return "s3cret&=/";
        }

        @Override
        public @Nullable String config(String key) {
            return null;
        }
    };

    private static FakeProvider provider;

    /** The settings of one provider. */
    record Settings(
            URI tokenEndpoint,
            String clientId,
            Optional<String> clientSecret,
            ClientAuthentication clientAuthentication,
            Duration timeout,
            Duration assumedLifetime)
            implements ProviderConfig {

        static Settings of(String address, ClientAuthentication authentication, @Nullable String secret) {
            return new Settings(
                    URI.create(address),
                    "client 1",
                    Optional.ofNullable(secret),
                    authentication,
                    Duration.ofMillis(800),
                    Duration.ofHours(1));
        }
    }

    @BeforeAll
    static void start() {
        provider = new FakeProvider();
    }

    @AfterAll
    static void stop() {
        provider.close();
    }

    private static TokenEndpoint endpoint(ClientAuthentication authentication, @Nullable String secret) {
        return new TokenEndpoint(CLIENT, Settings.of(provider.address().toString(), authentication, secret), PLACES);
    }

    private static ProviderAnswer refresh(String token) throws InterruptedException {
        return endpoint(ClientAuthentication.POST, "env:S").refresh(new ClearToken(token), late -> {});
    }

    @Test
    void newTokensComeBack() throws InterruptedException {
        assertThat(refresh("rotate-a&b"))
                .isEqualTo(new Granted(
                        new NewTokens(
                                new ClearToken("access-of-rotate-a&b-1"), new ClearToken("rotate-a&b+"), 3600, null),
                        List.of()));
    }

    @Test
    void anAnswerThatIsLateIsTakenAndWhoeverWaitsHearsThatItIsLate() throws InterruptedException {
        List<String> heard = new ArrayList<>();

        ProviderAnswer answer =
                endpoint(ClientAuthentication.POST, "env:S").refresh(new ClearToken("slowly-1"), heard::add);

        assertThat(answer).isInstanceOf(Granted.class);
        assertThat(heard).containsExactly("the provider did not answer within 800 ms");
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, PT1H, timeout must be from",
        "-PT1S, PT1H, timeout must be",
        "PT2M, PT1H, timeout must be",
        "PT1S, PT0S, assumed-lifetime must be"
    })
    void timesThatAreOfNoUseAreRefused(Duration timeout, Duration lifetime, String message) {
        Settings settings =
                new Settings(provider.address(), "c", Optional.empty(), ClientAuthentication.POST, timeout, lifetime);

        assertThatThrownBy(() -> new TokenEndpoint(CLIENT, settings, PLACES)).hasMessageStartingWith(message);
    }

    @Test
    void theClientSaysWhoItIsInTheBody() throws InterruptedException {
        refresh("ok-body");

        assertThat(provider.lastRequest())
                .isEqualTo("null grant_type=refresh_token&refresh_token=ok-body&client_id=client+1"
                        + "&client_secret=s3cret%26%3D%2F");
    }

    @Test
    void orInTheHeaderOfHttpBasicEncodedAsTheStandardSays() throws InterruptedException {
        endpoint(ClientAuthentication.BASIC, "env:S").refresh(new ClearToken("ok-header"), late -> {});

        assertThat(provider.lastRequest())
                .isEqualTo("Basic Y2xpZW50KzE6czNjcmV0JTI2JTNEJTJG grant_type=refresh_token&refresh_token=ok-header");
    }

    @Test
    void aClientWithoutSecretSendsNone() throws InterruptedException {
        endpoint(ClientAuthentication.POST, null).refresh(new ClearToken("ok-public"), late -> {});

        assertThat(provider.lastRequest()).endsWith("refresh_token=ok-public&client_id=client+1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
        hang-1     | the provider did not answer within 800 ms
        trickle-1  | the provider did not answer within 800 ms
        huge-1     | the provider's answer is larger than 65536 bytes
        early-1    | the provider could not be asked: IOException
        garbage-1  | the provider's answer is no JSON object
        redirect-1 | the provider answered with a redirect (307), which is not followed
        down-1     | the provider answered 503
        client-1   | the provider answered 401 and invalid_client
        echo-1     | the provider answered 400 and an error that is no code
        """)
    void whateverItDoesThereIsAnAnswerInTime(String token, String reason) throws InterruptedException {
        Instant before = Instant.now();

        assertThat(refresh(token)).isEqualTo(new Unavailable(reason));

        assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(5));
        assertThat(provider.calls(token)).isOne();
    }

    @Test
    void aProviderThatIsNotThereIsAnAnswerToo() throws InterruptedException {
        TokenEndpoint nowhere = new TokenEndpoint(
                CLIENT, Settings.of("http://127.0.0.1:1/token", ClientAuthentication.POST, null), PLACES);

        assertThat(nowhere.refresh(new ClearToken("ok-1"), late -> {}))
                .isEqualTo(new Unavailable("the provider could not be asked: ConnectException"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://accounts.example/token",
                "http://10.0.0.1/token",
                "ftp://127.0.0.1/token",
                "https://kim:secret@accounts.example/token",
                "https://accounts.example/token#x",
                "/token",
                "file:/etc/passwd"
            })
    void anAddressThatTokensShouldNotGoToIsRefused(String address) {
        assertThatThrownBy(
                        () -> new TokenEndpoint(CLIENT, Settings.of(address, ClientAuthentication.POST, null), PLACES))
                .hasMessageContaining("token-endpoint must be an https address");
    }

    @Test
    void basicWithoutASecretIsRefused() {
        assertThatThrownBy(() -> endpoint(ClientAuthentication.BASIC, null)).hasMessageContaining("client-secret");
    }

    @Test
    void itPrintsAsItsAddress() {
        assertThat(endpoint(ClientAuthentication.POST, "env:S"))
                .hasToString(provider.address().toString());
    }
}
