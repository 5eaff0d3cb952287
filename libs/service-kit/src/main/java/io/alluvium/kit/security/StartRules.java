package io.alluvium.kit.security;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A service that would be open to everybody, or closed to all for want of a key, does not start. */
@Singleton
final class StartRules {

    private static final Logger LOGGER = LoggerFactory.getLogger(StartRules.class);

    private static final List<String> KEY_SOURCES = List.of(
            "mp.jwt.verify.publickey.location",
            "mp.jwt.verify.publickey",
            "smallrye.jwt.verify.key.location",
            "smallrye.jwt.verify.secretkey");

    private static final List<String> HOSTS = List.of("quarkus.http.host", "quarkus.management.host");

    private final Config config;

    StartRules(Config config) {
        this.config = config;
    }

    /** First of all that happens on start, and before a port is open. */
    void check(@Observes @Priority(1) StartupEvent started) {
        List<String> profiles = ConfigUtils.getProfiles();
        String refusal = refusal(profiles, LaunchMode.current(), this::value);
        if (refusal != null) {
            throw new ConfigurationException(refusal);
        }
        boolean tokens = !LocalProfile.isActive(profiles) && LaunchMode.current() == LaunchMode.NORMAL;
        if (tokens && value("mp.jwt.verify.issuer").isEmpty()) {
            LOGGER.atWarn()
                    .addKeyValue("key", "mp.jwt.verify.issuer")
                    .log("not set: tokens of any issuer are accepted that uses the same keys");
        }
    }

    private Optional<String> value(String key) {
        return config.getOptionalValue(key, String.class).filter(text -> !text.isBlank());
    }

    /** @return null when the service may start */
    static @Nullable String refusal(List<String> profiles, LaunchMode mode, Function<String, Optional<String>> config) {
        if (LocalProfile.isActive(profiles)) {
            return refusalOfHost(config);
        }
        // Tests bring their own identities. No image that is deployed runs in this mode.
        if (mode == LaunchMode.TEST) {
            return null;
        }
        return KEY_SOURCES.stream().anyMatch(key -> config.apply(key).isPresent())
                ? null
                : "No key to verify tokens with: set mp.jwt.verify.publickey.location to the public keys of your token"
                        + " issuer (MP_JWT_VERIFY_PUBLICKEY_LOCATION), or use the profile local on a machine of your own"
                        + " (QUARKUS_PROFILE=local). The profile is " + String.join(",", profiles) + ".";
    }

    private static @Nullable String refusalOfHost(Function<String, Optional<String>> config) {
        for (String key : HOSTS) {
            String host = config.apply(key).orElse("0.0.0.0");
            if (!isLoopback(host)) {
                return "The profile local asks nobody for a token and so listens on 127.0.0.1 only, but " + key + " is "
                        + host + ": remove that setting, or choose another profile and set"
                        + " mp.jwt.verify.publickey.location.";
            }
        }
        return null;
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException nowhere) {
            return false;
        }
    }
}
