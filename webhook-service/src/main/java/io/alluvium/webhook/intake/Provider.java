package io.alluvium.webhook.intake;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The catalogue of verifiers, with how those who use them write their payloads. Each default can be overridden. */
enum Provider {
    STANDARD_WEBHOOKS(
            "json",
            new Fields(
                    List.of("webhook-id"),
                    List.of("/type"),
                    List.of("/data/id"),
                    List.of(),
                    List.of(),
                    List.of("/timestamp")),
            List.of("webhook-id", "webhook-timestamp")),
    ZOHO("zoho", Fields.id("X-Zoho-Event-Id"), List.of()),
    ZOHO_PAYMENTS(
            "json",
            new Fields(
                    List.of("/event_id"),
                    List.of("/event_type"),
                    List.of("/event_object/payment/payment_id", "/event_object/refund/refund_id"),
                    List.of(),
                    List.of(),
                    List.of("/event_time")),
            List.of()),
    GITHUB(
            "json",
            new Fields(
                    List.of("X-GitHub-Delivery"),
                    List.of("X-GitHub-Event", "/action"),
                    List.of("/issue/id", "/pull_request/id", "/repository/id", "/organization/id"),
                    List.of("X-GitHub-Event"),
                    List.of("/sender/id"),
                    List.of()),
            List.of("X-GitHub-Hook-ID")),
    STRIPE(
            "json",
            new Fields(
                    List.of("/id"),
                    List.of("/type"),
                    List.of("/data/object/id"),
                    List.of("/data/object/object"),
                    List.of(),
                    List.of("/created")),
            List.of()),
    SHOPIFY(
            "json",
            new Fields(
                    List.of("X-Shopify-Webhook-Id"),
                    List.of("X-Shopify-Topic"),
                    List.of("/id"),
                    List.of(),
                    List.of(),
                    List.of("X-Shopify-Triggered-At")),
            List.of("X-Shopify-Event-Id", "X-Shopify-Shop-Domain", "X-Shopify-API-Version")),
    HMAC("json", Fields.plain(), List.of()),
    BASIC("json", Fields.plain(), List.of()),
    TOKEN("json", Fields.plain(), List.of()),
    NONE("json", Fields.plain(), List.of());

    /** Where the parts of an event are: names of headers, and JSON pointers, which begin with a slash. */
    record Fields(
            List<String> eventId,
            List<String> eventType,
            List<String> recordId,
            List<String> module,
            List<String> userId,
            List<String> timestamp) {

        static Fields id(String header) {
            return new Fields(List.of(header), List.of(), List.of(), List.of(), List.of(), List.of());
        }

        /** No id of the body by default: what is the id of a record would make all its events one. */
        static Fields plain() {
            return new Fields(List.of("X-Event-Id"), List.of("/type"), List.of(), List.of(), List.of(), List.of());
        }
    }

    private final String format;
    private final Fields fields;
    private final List<String> keptHeaders;

    Provider(String format, Fields fields, List<String> keptHeaders) {
        this.format = format;
        this.fields = fields;
        this.keptHeaders = keptHeaders;
    }

    String format() {
        return format;
    }

    Fields fields() {
        return fields;
    }

    /** Of no secret, and worth keeping beside those that fields are read from. */
    List<String> keptHeaders() {
        return keptHeaders;
    }

    /** As it is written in the configuration. */
    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Provider of(String text) {
        return Arrays.stream(values())
                .filter(provider -> provider.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("verifier must be one of "
                        + Arrays.stream(values()).map(Provider::text).collect(Collectors.joining(", "))));
    }
}
