package io.alluvium.webhook.intake;

import io.alluvium.webhook.IntakeConfig;
import io.alluvium.webhook.IntakeConfig.SourceConfig;
import io.alluvium.webhook.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Makes sources of their configuration, or says in one sentence what is wrong with it. */
final class SourceFactory {

    /** Paths of their own. */
    private static final Set<String> RESERVED = Set.of("health", "metrics");

    private static final Set<String> ALGORITHMS = Set.of("sha256", "sha512", "sha384", "sha1");

    /** Headers of secrets, which are neither stored nor taken for anything else. */
    private static final Set<String> SECRET_HEADERS = Set.of(
            "authorization",
            "cookie",
            "webhook-signature",
            "stripe-signature",
            "x-hub-signature-256",
            "x-hub-signature",
            "x-shopify-hmac-sha256",
            "x-zoho-signature",
            "x-zoho-webhook-signature");

    private final IntakeConfig intake;
    private final Secret.Places places;
    private final boolean local;

    /** @param local whether only the machine itself can reach the service */
    SourceFactory(IntakeConfig intake, Secret.Places places, boolean local) {
        this.intake = intake;
        this.places = places;
        this.local = local;
    }

    /** @throws IllegalArgumentException when the source cannot be; the message repeats no secret */
    Source source(String name, SourceConfig config) {
        if (!name.matches("[a-z0-9][a-z0-9-]{0,63}") || RESERVED.contains(name)) {
            throw new IllegalArgumentException("the name of a source has 1 to 64 small letters, digits and dashes,"
                    + " begins with no dash and is none of health, metrics");
        }
        Provider provider = Provider.of(config.verifier());
        refuseNegative("tolerance", config.tolerance());
        refuseNegative("replay-window", config.replayWindow());
        refuseStrangeKeys(provider, config);
        List<Secret> secrets = secrets(provider, config);
        Provider.Fields fields = fields(provider, config);
        String format = config.format().orElse(provider.format());
        List<String> idHeaders = fields.eventId().stream()
                .filter(id -> !JsonFormat.isPointer(id))
                .toList();
        return new Source(
                name,
                verifier(provider, config, secrets, idHeaders),
                secrets.stream().noneMatch(secret -> secret.text().startsWith("whpk_")),
                format(format, fields),
                idHeaders,
                isIdSigned(provider, config, idHeaders),
                config.replayWindow().orElse(intake.replay().window()),
                keptHeaders(provider, config, fields));
    }

    private static void refuseNegative(String key, Optional<Duration> duration) {
        if (duration.isPresent() && duration.get().isNegative()) {
            throw new IllegalArgumentException(key + " must not be negative");
        }
    }

    private static void refuseStrangeKeys(Provider provider, SourceConfig config) {
        Map<String, Optional<?>> ofHmac = new LinkedHashMap<>();
        ofHmac.put("prefix", config.prefix());
        ofHmac.put("algorithm", config.algorithm());
        ofHmac.put("encoding", config.encoding());
        ofHmac.put("timestamp-header", config.timestampHeader());
        ofHmac.put("template", config.template());
        ofHmac.forEach((key, value) -> {
            if (value.isPresent() && provider != Provider.HMAC) {
                throw new IllegalArgumentException(key + " is for verifier hmac only");
            }
        });
        boolean hasHeader = provider == Provider.HMAC || provider == Provider.TOKEN;
        if (config.header().isPresent() && !hasHeader) {
            throw new IllegalArgumentException("header is for the verifiers hmac and token only");
        }
    }

    private List<Secret> secrets(Provider provider, SourceConfig config) {
        List<String> references = config.secrets().orElse(List.of());
        if (provider == Provider.NONE) {
            if (!references.isEmpty()) {
                throw new IllegalArgumentException("verifier none looks at no secrets");
            }
            if (!local) {
                throw new IllegalArgumentException("verifier none is for the profile local only");
            }
        } else if (references.isEmpty()) {
            throw new IllegalArgumentException(
                    "secrets is missing: verifier " + provider.text() + " needs one at least");
        }
        return references.stream()
                .map(reference -> Secret.find(reference, places))
                .toList();
    }

    private Verifier verifier(Provider provider, SourceConfig config, List<Secret> secrets, List<String> idHeaders) {
        return switch (provider) {
            case STANDARD_WEBHOOKS ->
                signed(
                        config,
                        new StandardScheme(),
                        secrets.stream().map(StandardScheme::key).toList());
            case ZOHO ->
                signed(
                        config,
                        new HeaderScheme("X-Zoho-Signature", "", SignatureText.HEX_LOWER),
                        hmacs("sha256", secrets));
            case GITHUB ->
                signed(
                        config,
                        new HeaderScheme("X-Hub-Signature-256", "sha256=", SignatureText.HEX_LOWER),
                        hmacs("sha256", secrets));
            case SHOPIFY ->
                signed(
                        config,
                        new HeaderScheme("X-Shopify-Hmac-SHA256", "", SignatureText.BASE64),
                        hmacs("sha256", secrets));
            case STRIPE -> signed(config, new ListScheme(List.of("Stripe-Signature"), "v1"), hmacs("sha256", secrets));
            case ZOHO_PAYMENTS ->
                signed(
                        config,
                        // Their documentation writes both.
                        new ListScheme(List.of("X-Zoho-Webhook-Signature", "X-ZohoWebhook-Signature"), "v"),
                        hmacs("sha256", secrets));
            case HMAC -> signed(config, template(config, idHeaders), hmacs(algorithm(config), secrets));
            case BASIC -> CredentialVerifier.basic(secrets);
            case TOKEN -> CredentialVerifier.token(config.header().orElse(null), secrets);
            case NONE ->
                (delivery, explanation) -> {
                    explanation.passed("verifier", () -> "none: whoever reaches this port is believed");
                    return true;
                };
        };
    }

    private Verifier signed(SourceConfig config, SignatureScheme scheme, List<? extends SignatureKey> keys) {
        Duration tolerance = config.tolerance().orElse(intake.tolerance());
        return new SignatureVerifier(scheme, List.copyOf(keys), tolerance);
    }

    private static List<SignatureKey.Hmac> hmacs(String algorithm, List<Secret> secrets) {
        return secrets.stream()
                .map(secret -> new SignatureKey.Hmac(
                        "Hmac" + algorithm.toUpperCase(java.util.Locale.ROOT),
                        secret.text().getBytes(StandardCharsets.UTF_8),
                        ""))
                .toList();
    }

    private static String algorithm(SourceConfig config) {
        String algorithm = config.algorithm().orElse("sha256");
        if (!ALGORITHMS.contains(algorithm)) {
            throw new IllegalArgumentException("algorithm must be one of sha256, sha384, sha512, sha1");
        }
        return algorithm;
    }

    private static SignatureScheme template(SourceConfig config, List<String> idHeaders) {
        String header = config.header()
                .orElseThrow(() -> new IllegalArgumentException("header is missing: where verifier hmac finds it"));
        SignatureText text =
                switch (config.encoding().orElse("hex")) {
                    case "hex" -> SignatureText.HEX;
                    case "base64" -> SignatureText.BASE64;
                    default -> throw new IllegalArgumentException("encoding must be hex or base64");
                };
        return new TemplateScheme(
                header,
                config.prefix().orElse(""),
                text,
                config.template().orElse(TemplateScheme.BODY),
                config.timestampHeader().orElse(null),
                idHeaders.isEmpty() ? null : idHeaders.get(0));
    }

    private static Provider.Fields fields(Provider provider, SourceConfig config) {
        Provider.Fields defaults = provider.fields();
        Provider.Fields fields = new Provider.Fields(
                places("event-id", config.eventId(), defaults.eventId()),
                places("event-type", config.eventType(), defaults.eventType()),
                places("record-id", config.recordId(), defaults.recordId()),
                places("module", config.module(), defaults.module()),
                places("user-id", config.userId(), defaults.userId()),
                places("timestamp", config.timestamp(), defaults.timestamp()));
        String format = config.format().orElse(provider.format());
        boolean pointers = fields.eventId().stream().anyMatch(JsonFormat::isPointer);
        boolean given = Stream.of(
                        config.eventType(), config.recordId(), config.module(), config.userId(), config.timestamp())
                .anyMatch(Optional::isPresent);
        if (!format.equals("json") && (given || pointers && config.eventId().isPresent())) {
            throw new IllegalArgumentException(
                    "the fields of format " + format + " are where they are; only event-id may name another header");
        }
        return fields;
    }

    private static List<String> places(String key, Optional<List<String>> given, List<String> defaults) {
        List<String> places = given.orElse(defaults).stream().map(String::strip).toList();
        for (String place : places) {
            if (!place.matches("/.*|[A-Za-z0-9-]{1,100}")) {
                throw new IllegalArgumentException(
                        key + " must name headers, or JSON pointers that begin with a slash");
            }
            if (SECRET_HEADERS.contains(place.toLowerCase(java.util.Locale.ROOT))) {
                throw new IllegalArgumentException(key + " must not name a header that is a secret or a signature");
            }
        }
        return places;
    }

    private PayloadFormat format(String format, Provider.Fields fields) {
        return switch (format) {
            case "zoho" -> new CrmFormat(true, intake.maxRecords());
            case "generic" -> new CrmFormat(false, intake.maxRecords());
            case "json" -> new JsonFormat(fields, intake.maxRecords());
            default -> throw new IllegalArgumentException("format must be one of zoho, generic, json");
        };
    }

    /**
     * What stands in the body is signed with it; a header is only where the scheme says so. Where nothing is signed, the
     * body is worth no more than the id.
     */
    private static boolean isIdSigned(Provider provider, SourceConfig config, List<String> idHeaders) {
        boolean byTemplate = config.template().orElse("").contains(TemplateScheme.ID);
        boolean signsNothing = provider == Provider.BASIC || provider == Provider.TOKEN || provider == Provider.NONE;
        boolean standard = provider == Provider.STANDARD_WEBHOOKS
                && idHeaders.size() == 1
                && idHeaders.get(0).equalsIgnoreCase("webhook-id");
        return signsNothing || standard || idHeaders.isEmpty() || byTemplate && idHeaders.size() == 1;
    }

    private static List<String> keptHeaders(Provider provider, SourceConfig config, Provider.Fields fields) {
        List<String> kept = new ArrayList<>(provider.keptHeaders());
        Stream.of(
                        fields.eventId(),
                        fields.eventType(),
                        fields.recordId(),
                        fields.module(),
                        fields.userId(),
                        fields.timestamp())
                .flatMap(List::stream)
                .filter(place -> !JsonFormat.isPointer(place))
                .forEach(kept::add);
        String secret = config.header().orElse("");
        return kept.stream()
                .filter(header -> !header.equalsIgnoreCase(secret))
                .map(header -> header.toLowerCase(java.util.Locale.ROOT))
                .distinct()
                .toList();
    }
}
