package io.alluvium.localstack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Webhooks as their senders make them. GitHub's are real ones; see {@code github-webhooks.NOTICE.txt}. */
final class DemoWebhooks {

    /** One request. */
    record Delivery(String source, Map<String, String> headers, String body) {}

    private static final List<String> MODULES = List.of("Accounts", "Contacts", "Deals", "Tasks", "Notes");

    private final byte[] secret;
    private final Random random = new Random(20_26);

    DemoWebhooks(String secret) {
        this.secret = secret.getBytes(StandardCharsets.UTF_8);
    }

    List<Delivery> github() {
        try (InputStream lines = Objects.requireNonNull(
                DemoWebhooks.class.getResourceAsStream("github-webhooks.jsonl"), "github-webhooks.jsonl")) {
            List<Delivery> deliveries = new ArrayList<>();
            for (String line : new String(lines.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                JsonNode example = Api.JSON.readTree(line);
                deliveries.add(github(
                        example.path("event").asText(), example.path("body").toString()));
            }
            return deliveries;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private Delivery github(String event, String body) {
        return new Delivery(
                "github",
                Map.of(
                        "Content-Type",
                        "application/json",
                        "X-GitHub-Event",
                        event,
                        "X-GitHub-Delivery",
                        UUID.randomUUID().toString(),
                        "X-Hub-Signature-256",
                        "sha256=" + signature(body)),
                body);
    }

    /** @param records in each payload */
    List<Delivery> zoho(int payloads, int records) {
        List<Delivery> deliveries = new ArrayList<>();
        for (int i = 0; i < payloads; i++) {
            String body = zohoPayload(records).toString();
            deliveries.add(new Delivery(
                    "zoho",
                    Map.of(
                            "Content-Type", "application/json",
                            "X-Zoho-Event-Id", UUID.randomUUID().toString(),
                            "X-Zoho-Signature", signature(body)),
                    body));
        }
        return deliveries;
    }

    private ObjectNode zohoPayload(int records) {
        ObjectNode payload = Api.JSON.createObjectNode();
        payload.put("module", MODULES.get(random.nextInt(MODULES.size())));
        payload.put("operation", random.nextBoolean() ? "update" : "create");
        for (int i = 0; i < records; i++) {
            ObjectNode data = i == 0
                    ? payload.putArray("data").addObject()
                    : payload.withArray("data").addObject();
            String account = Integer.toString(4_000 + random.nextInt(10));
            data.put("id", Integer.toString(7_000 + random.nextInt(100))).put("Account_Status", "Active");
            data.putObject("Account_Name").put("id", account);
            data.putObject("What_Id").put("id", account).put("module", "Accounts");
            data.putObject("Parent_Id").put("id", account).put("module", "Accounts");
        }
        payload.putArray("modified_fields").add("Account_Status");
        payload.putObject("user").put("id", "42");
        return payload;
    }

    private String signature(String body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has HMAC-SHA256", impossible);
        }
    }
}
