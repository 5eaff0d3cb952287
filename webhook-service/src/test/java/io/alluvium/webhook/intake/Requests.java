package io.alluvium.webhook.intake;

import static io.alluvium.webhook.Signatures.utf8;
import static io.restassured.RestAssured.given;

import io.alluvium.webhook.Signatures;
import io.alluvium.webhook.TestSources;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.util.UUID;

/** Deliveries over HTTP, signed as their providers do. */
final class Requests {

    private Requests() {}

    static RequestSpecification raw() {
        return given().config(RestAssured.config()
                .encoderConfig(
                        EncoderConfig.encoderConfig().appendDefaultContentCharsetToContentTypeIfUndefined(false)));
    }

    static ValidatableResponse zoho(String id, byte[] body) {
        return raw().header("X-Zoho-Event-Id", id)
                .header("X-Zoho-Signature", Signatures.hex(TestSources.ZOHO_SECRET, body))
                .contentType("application/json")
                .body(body)
                .post("/webhooks/zoho")
                .then();
    }

    static ValidatableResponse zoho(String id, String body) {
        return zoho(id, utf8(body));
    }

    static String id() {
        return UUID.randomUUID().toString();
    }

    /** A body that no other test sends. */
    static String body() {
        return "{\"operation\":\"update\",\"data\":{\"id\":\"" + id() + "\"}}";
    }

    static ValidatableResponse stripe(String id, long time) {
        byte[] body = utf8("{\"id\":\"" + id + "\",\"type\":\"ping\"}");
        String signature = Signatures.hex(TestSources.STRIPE_SECRET, utf8(time + "."), body);
        return raw().header("Stripe-Signature", "t=" + time + ",v1=" + signature)
                .body(body)
                .post("/webhooks/stripe")
                .then();
    }
}
