package io.alluvium.webhook.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What the providers publish, or others have computed with tools of their own: no value here comes from the code that is
 * tested. Where no vector says from where, openssl made it by the words of the provider's documentation.
 */
class PublishedVectorsTest {

    private static final String MESSAGE = "{\"test\": 2432232314}";
    private static final String MESSAGE_ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final Instant MESSAGE_TIME = Instant.ofEpochSecond(1614265330);

    private static Sent message(String signature) {
        return Sent.body(MESSAGE)
                .header("webhook-id", MESSAGE_ID)
                .header("webhook-timestamp", "1614265330")
                .header("webhook-signature", signature)
                .at(MESSAGE_TIME);
    }

    /** From the reference libraries of Standard Webhooks. */
    @Test
    void standardWebhooksWithASharedSecret() {
        ConfiguredSource source =
                ConfiguredSource.verifier("standard-webhooks").secrets("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        String right = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

        assertThat(source.accepts(message(right))).isTrue();
        assertThat(source.accepts(message("v2,new v1,Zm9v " + right + " v1a,YmFy")))
                .isTrue();
        assertThat(source.accepts(message(right.replace("g0hM", "g0hN")))).isFalse();
        assertThat(source.accepts(message("v1a" + right.substring(2)))).isFalse();
    }

    /** Signed by the library "cryptography" of Python with the first key of RFC 8032. */
    @Test
    void standardWebhooksWithAPublicKey() {
        ConfiguredSource source = ConfiguredSource.verifier("standard-webhooks")
                .secrets("whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
        String right = "v1a,fldxM4gAKugP6nnt1hdz3sgGfZ6d99nzrMFnZOELIxbzEHoVmAb2ADpkJK7zgPePmPsle0zV9jSeGlHFG2NVAw==";

        assertThat(source.accepts(message(right))).isTrue();
        assertThat(source.accepts(message(right.substring(0, 3) + right.substring(4))))
                .isFalse();
        assertThat(source.accepts(message("v1" + right.substring(3)))).isFalse();
        assertThat(source.accepts(message("v1a,AAAA"))).isFalse();
    }

    /** RFC 8032, 7.1, test 3. */
    @Test
    void ed25519OfTheRfc() {
        HexFormat hex = HexFormat.of();
        SignatureKey key = new SignatureKey.Ed25519(
                hex.parseHex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"), "");
        byte[] signature = hex.parseHex("6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");

        assertThat(key.proves(List.of(hex.parseHex("af"), hex.parseHex("82")), new Signed.Signature(signature)))
                .isTrue();
        assertThat(key.proves(List.of(hex.parseHex("af83")), new Signed.Signature(signature)))
                .isFalse();
    }

    /** From the documentation of GitHub. */
    @Test
    void github() {
        ConfiguredSource source = ConfiguredSource.verifier("github").secrets("It's a Secret to Everybody");
        String right = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

        assertThat(source.accepts(Sent.body("Hello, World!").header("X-Hub-Signature-256", right)))
                .isTrue();
        assertThat(source.accepts(Sent.body("Hello, World?").header("X-Hub-Signature-256", right)))
                .isFalse();
        assertThat(source.accepts(Sent.body("Hello, World!").header("X-Hub-Signature-256", right.substring(7))))
                .isFalse();
    }

    /** From the examples of SQLPage, which verifies webhooks of Shopify. */
    @Test
    void shopify() {
        ConfiguredSource source = ConfiguredSource.verifier("shopify").secrets("test-webhook-secret");
        String body = "{\"id\":1234567890,\"email\":\"customer@example.com\",\"total_price\":\"123.45\"}";

        assertThat(source.accepts(Sent.body(body)
                        .header("X-Shopify-Hmac-SHA256", "QNyObTlKbMx2qDlPF/ZOZcBqg5OgPg+2oky3zldc0Gw=")))
                .isTrue();
        assertThat(source.accepts(Sent.body(body)
                        .header(
                                "X-Shopify-Hmac-SHA256",
                                "40dc8e6d394a6ccc76a8394f17f64e65c06a8393a03e0fb6a24cb7ce575cd06c")))
                .isFalse();
    }

    @Test
    void zoho() {
        assertThat(ConfiguredSource.verifier("zoho")
                        .secrets("zoho-secret")
                        .accepts(Sent.body("{\"operation\":\"update\",\"data\":{\"id\":\"1\"}}")
                                .header(
                                        "X-Zoho-Signature",
                                        "85fa56909091be28eea812a36101292af79f458a26abe5feac032648e0af6968")))
                .isTrue();
    }

    /** The time of the example in the documentation of Zoho Payments, in milliseconds. */
    @Test
    void zohoPayments() {
        ConfiguredSource source = ConfiguredSource.verifier("zoho-payments").secrets("signing-key");
        String signature = "t=1734340423138,v=dff24c0737af44749973b77a4fc65d0b8d9999ac26551ed6cea18ca6a4689ffd";
        Instant time = Instant.ofEpochMilli(1734340423138L);

        assertThat(source.accepts(Sent.body("{\"status\":\"success\"}")
                        .header("X-Zoho-Webhook-Signature", signature)
                        .at(time)))
                .isTrue();
        assertThat(source.accepts(Sent.body("{\"status\":\"success\"}")
                        .header("X-ZohoWebhook-Signature", signature)
                        .at(time.plusSeconds(299))))
                .isTrue();
        assertThat(source.accepts(Sent.body("{\"status\":\"success\"}")
                        .header("X-Zoho-Webhook-Signature", signature)
                        .at(time.plusSeconds(301))))
                .isFalse();
    }

    @Test
    void stripe() {
        ConfiguredSource source = ConfiguredSource.verifier("stripe").secrets("whsec_test_secret");
        String body = "{\"id\":\"evt_test_webhook\",\"object\":\"event\"}";
        String right = "v1=88a022085c6bdb887b02cb26ff76dd681234d9675c0f22844059f55552a8883a";
        Instant time = Instant.ofEpochSecond(1492774577);

        assertThat(source.accepts(Sent.body(body)
                        .header("Stripe-Signature", "t=1492774577," + right)
                        .at(time)))
                .isTrue();
        assertThat(source.accepts(Sent.body(body)
                        .header("Stripe-Signature", "t=1492774577,v1=" + "0".repeat(64) + "," + right + ",v0=abc")
                        .at(time)))
                .isTrue();
        assertThat(source.accepts(Sent.body(body)
                        .header("Stripe-Signature", "t=1492774578," + right)
                        .at(time)))
                .isFalse();
        assertThat(source.accepts(Sent.body(body)
                        .header("Stripe-Signature", "t=1492774577,t=1492774577," + right)
                        .at(time)))
                .isFalse();
    }

    @Test
    void aTemplateForZendesk() {
        assertThat(ConfiguredSource.verifier("hmac")
                        .secrets("dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==")
                        .key("header", "X-Zendesk-Webhook-Signature")
                        .key("encoding", "base64")
                        .key("timestamp-header", "X-Zendesk-Webhook-Signature-Timestamp")
                        .key("template", "{timestamp}{body}")
                        .accepts(Sent.body("{\"id\":1}")
                                .header("X-Zendesk-Webhook-Signature", "ywpRZiAB7t63lmd+pF7GH2wmTjBlyoVl8feO7lD518g=")
                                .header("X-Zendesk-Webhook-Signature-Timestamp", "2021-03-25T05:09:27Z")
                                .at(Instant.parse("2021-03-25T05:10:00Z"))))
                .isTrue();
    }

    @Test
    void aTemplateForZoom() {
        assertThat(ConfiguredSource.verifier("hmac")
                        .secrets("zoom-secret")
                        .key("header", "x-zm-signature")
                        .key("prefix", "v0=")
                        .key("timestamp-header", "x-zm-request-timestamp")
                        .key("template", "v0:{timestamp}:{body}")
                        .accepts(Sent.body("{\"event\":\"meeting.started\"}")
                                .header(
                                        "x-zm-signature",
                                        "v0=f071ad0a6fff6649bc14eee66b6f922029e0eb504d305ef6ea8200fedd714ce8")
                                .header("x-zm-request-timestamp", "1739923528")
                                .at(Instant.ofEpochSecond(1739923528))))
                .isTrue();
    }
}
