package io.alluvium.webhook;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;
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

    /** How far the time that a delivery was signed at may lie from now, in both directions. */
    @WithDefault("5M")
    Duration tolerance();

    /** How long the kafka broker may take before a webhook goes to the spool instead. */
    @WithDefault("1S")
    Duration patience();

    ReplayConfig replay();

    SpoolConfig spool();

    /** By the name that stands in the path, {@code /webhooks/<name>}: 1 to 64 small letters, digits and dashes. */
    Map<String, SourceConfig> sources();

    /** How a delivery that comes again is recognised. */
    interface ReplayConfig {

        /** Ids, materials and records of deliveries that this process remembers; older ones are looked up in the table. */
        @WithDefault("100000")
        @Min(1)
        int remembered();

        /** Whether deliveries that this process does not remember are looked up in the table before they are accepted. */
        @WithDefault("true")
        boolean lookUp();

        /** How long a look-up may take; a delivery is accepted when it takes longer, and stored once all the same. */
        @WithDefault("500MS")
        Duration lookUpPatience();

        /** How long the same material is the same delivery where its id is not signed, or where it has none; 0 for never. */
        @WithDefault("5M")
        Duration window();
    }

    /** Where webhooks wait on disk while the broker is away. */
    interface SpoolConfig {

        /** Belongs to one process alone. */
        @WithDefault("data/webhook-spool")
        Path directory();

        /** Bytes on disk; when they are full, webhooks are answered 503. */
        @WithDefault("1G")
        MemorySize maxSize();

        /** Bytes of one file; a file is deleted when all of it has reached the topic. */
        @WithDefault("16M")
        MemorySize segmentSize();
    }

    /** Who sends webhooks, and how their deliveries are told from forged ones. */
    interface SourceConfig {

        /** One of the catalogue of verifiers. */
        String verifier();

        /** Where the secrets are, never themselves: {@code env:NAME}, {@code file:/path} or {@code config:key}. */
        Optional<List<String>> secrets();

        /** How payloads are read: {@code zoho}, {@code generic} or {@code json}; by the verifier where absent. */
        Optional<String> format();

        /** Of this source, instead of {@link IntakeConfig#tolerance()}. */
        Optional<Duration> tolerance();

        /** Of this source, instead of {@link ReplayConfig#window()}. */
        Optional<Duration> replayWindow();

        /** Verifiers hmac and token: the header with the signature or the token. */
        Optional<String> header();

        /** Verifier hmac: what stands before the signature in its header. */
        Optional<String> prefix();

        /** Verifier hmac: {@code sha256} (default), {@code sha512}, {@code sha384} or {@code sha1}. */
        Optional<String> algorithm();

        /** Verifier hmac: {@code hex} (default) or {@code base64}. */
        Optional<String> encoding();

        /** Verifier hmac: the header with the time of signing, for a template that has it. */
        Optional<String> timestampHeader();

        /** Verifier hmac: what is signed, of <code>{body}</code>, <code>{timestamp}</code>, <code>{id}</code> and text. */
        Optional<String> template();

        /** The first of these headers or JSON pointers that is there. */
        Optional<List<String>> eventId();

        /** All of these headers or JSON pointers that are there, with dots between. */
        Optional<List<String>> eventType();

        /** The first of these headers or JSON pointers that is there. */
        Optional<List<String>> recordId();

        /** The first of these headers or JSON pointers that is there. */
        Optional<List<String>> module();

        /** The first of these headers or JSON pointers that is there. */
        Optional<List<String>> userId();

        /** The first of these headers or JSON pointers that is there: RFC 3339, or seconds or milliseconds since 1970. */
        Optional<List<String>> timestamp();
    }
}
