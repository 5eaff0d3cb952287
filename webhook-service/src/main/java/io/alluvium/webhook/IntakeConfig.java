package io.alluvium.webhook;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Webhooks that arrive over HTTP. */
public interface IntakeConfig {

    @WithDefault("true")
    boolean enabled();

    /** Bytes of one request's body, and of what it becomes when it is compressed. */
    @WithDefault("1M")
    MemorySize maxBodySize();

    /** Records of one payload; each becomes an event. */
    @WithDefault("10000")
    @Min(1)
    @Max(10_000)
    int maxRecords();

    /** By the name that stands in the path, {@code /webhooks/<name>}: 1 to 64 small letters, digits and dashes. */
    Map<String, SourceConfig> sources();

    /** Who sends webhooks, and how their deliveries are told from forged ones. */
    interface SourceConfig {

        /** One of the catalogue of verifiers. */
        String verifier();

        /** Where the secrets are, never themselves: {@code env:NAME}, {@code file:/path} or {@code config:key}. */
        Optional<List<String>> secrets();

        /** How payloads are read: {@code zoho}, {@code generic} or {@code json}; by the verifier where absent. */
        Optional<String> format();
    }
}
