package io.alluvium.kit.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.LaunchMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartRulesTest {

    private static final Map<String, String> LOOPBACK =
            Map.of("quarkus.http.host", "127.0.0.1", "quarkus.management.host", "localhost");

    private static String refusal(List<String> profiles, Map<String, String> config) {
        return StartRules.refusal(profiles, LaunchMode.NORMAL, key -> Optional.ofNullable(config.get(key)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"prod", "dev", "test", "staging", "locally"})
    void withoutAKeyNoOtherProfileStarts(String profile) {
        assertThat(refusal(List.of(profile), LOOPBACK))
                .contains("mp.jwt.verify.publickey.location")
                .contains("The profile is " + profile)
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mp.jwt.verify.publickey", "mp.jwt.verify.publickey.location"})
    void withAKeyTheyStart(String source) {
        assertThat(refusal(List.of("prod"), Map.of(source, "x"))).isNull();
    }

    @Test
    void localNeedsNoKeyOnTheMachineItself() {
        assertThat(refusal(List.of("local"), LOOPBACK)).isNull();
        assertThat(refusal(
                        List.of("local"), Map.of("quarkus.http.host", "::1", "quarkus.management.host", "127.0.0.2")))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.7", "no.such.host.invalid"})
    void localIsNotForOthersToReach(String host) {
        for (String key : LOOPBACK.keySet()) {
            Map<String, String> config = new java.util.HashMap<>(LOOPBACK);
            config.put(key, host);
            assertThat(refusal(List.of("local"), config)).contains(key + " is " + host);
        }
        assertThat(refusal(List.of("local"), Map.of())).contains("quarkus.http.host is 0.0.0.0");
    }

    @Test
    void localBesideAnotherProfileIsNotLocal() {
        assertThat(refusal(List.of("local", "prod"), LOOPBACK)).contains("No key");
        assertThat(refusal(List.of("prod", "local"), LOOPBACK)).contains("No key");
        assertThat(LocalProfile.isActive(List.of("local", "prod"))).isFalse();
    }
}
