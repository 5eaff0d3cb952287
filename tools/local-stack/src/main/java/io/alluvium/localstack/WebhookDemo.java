package io.alluvium.localstack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** Hands webhooks to the webhook-service as GitHub and Zoho do, and shows what became of them. */
final class WebhookDemo {

    private static final String TOPIC = "webhook.received";
    private static final String TYPE = "alluvium.webhook.received.v1";
    private static final int SINGLE = 20;
    private static final int PAYLOADS = 10;
    private static final int RECORDS = 3;
    private static final int DIRECT = 50;
    private static final int FORGED = 3;
    private static final int DELIVERED_SECONDS = 30;

    private final RunOptions options;
    private final Receiver receiver;
    private final Progress progress;
    private final Api service;
    private final DemoLedger ledger;
    private final DemoWebhooks webhooks;

    WebhookDemo(RunOptions options, RunDirectory directory, Receiver receiver, Progress progress) {
        this.options = options;
        this.receiver = receiver;
        this.progress = progress;
        this.service = Api.of("webhook-service", options);
        this.ledger = new DemoLedger(service, TOPIC, progress);
        this.webhooks = new DemoWebhooks(LocalWebhooks.secret(directory));
    }

    /** @return whether each record of each webhook is accounted for, as the right thing */
    boolean play() {
        progress.say("\nDemo of the webhook-service: what GitHub and Zoho send, signed");
        List<DemoWebhooks.Delivery> github = webhooks.github();
        ledger.way("GitHub", github.size(), 0, 0, () -> github.forEach(this::accepted));
        ledger.way(
                "Zoho, one record", SINGLE, 0, 0, () -> webhooks.zoho(SINGLE, 1).forEach(this::accepted));
        ledger.way("Zoho, three records each", PAYLOADS * RECORDS, 0, 0, () -> webhooks.zoho(PAYLOADS, RECORDS)
                .forEach(this::accepted));
        ledger.way("GitHub, delivered again", github.size(), github.size(), 0, () -> known(github));
        sendToTheTopic();
        boolean balanced = ledger.close();
        forge(github.subList(0, FORGED));
        return awaitDeliveries(github.size() + SINGLE + PAYLOADS * RECORDS) && balanced;
    }

    /** @return whether each event arrived, those of each record in the order in which they were received */
    private boolean awaitDeliveries(int expected) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DELIVERED_SECONDS);
        while (ids(receiver.deliveries()).size() < expected && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        List<Receiver.Delivery> deliveries = receiver.deliveries();
        int arrived = ids(deliveries).size();
        boolean inOrder = isInOrder(deliveries);
        progress.say(String.format(
                "%d of %d events were delivered to a receiver on %s:%d, signed, each record's %s (log %s).",
                arrived,
                expected,
                Ports.HOST,
                options.receiverPort(),
                inOrder ? "in order" : "NOT IN ORDER",
                Receiver.LOG));
        return arrived == expected && inOrder;
    }

    private static Set<String> ids(List<Receiver.Delivery> deliveries) {
        return deliveries.stream().map(Receiver.Delivery::id).collect(Collectors.toSet());
    }

    private static boolean isInOrder(List<Receiver.Delivery> deliveries) {
        Map<String, Instant> last = new HashMap<>();
        for (Receiver.Delivery delivery : deliveries) {
            Instant before = last.put(delivery.source() + ":" + delivery.record(), delivery.receivedAt());
            if (before != null && before.isAfter(delivery.receivedAt())) {
                return false;
            }
        }
        return true;
    }

    private void sendToTheTopic() {
        try (DemoTopic topic = new DemoTopic(options, TOPIC, TYPE, "/webhooks/shop")) {
            List<String> ids = new ArrayList<>();
            ledger.way("topic, directly", DIRECT, 0, 0, () -> {
                for (int i = 0; i < DIRECT; i++) {
                    ids.add(UUID.randomUUID().toString());
                    send(topic, ids.get(i));
                }
                topic.flush();
            });
            ledger.way("topic, sent again", DIRECT, DIRECT, 0, () -> {
                ids.forEach(id -> send(topic, id));
                topic.flush();
            });
            ledger.way("topic, malformed", 1, 0, 1, () -> {
                topic.send("shop:1", UUID.randomUUID().toString(), "{\"source\": \"shop\"}");
                topic.flush();
            });
        }
    }

    private static void send(DemoTopic topic, String id) {
        ObjectNode event = Api.JSON.createObjectNode();
        String now = Instant.now().toString();
        event.put("source", "shop")
                .put("event_id", id)
                .put("event_type", "order.paid")
                .put("record_id", "7");
        event.set("record_data", Api.JSON.createObjectNode().put("total", 12.5));
        event.putArray("modified_fields");
        event.put("event_timestamp", now).put("received_at", now).put("body_sha256", "0".repeat(64));
        event.set("headers", Api.JSON.createObjectNode());
        topic.send("shop:7", id, event.toString());
    }

    private void accepted(DemoWebhooks.Delivery delivery) {
        expect(delivery, "accepted");
    }

    private int known(List<DemoWebhooks.Delivery> deliveries) {
        deliveries.forEach(delivery -> expect(delivery, "duplicate"));
        return deliveries.size();
    }

    private void expect(DemoWebhooks.Delivery delivery, String status) {
        JsonNode answer = service.post("/webhooks/" + delivery.source(), delivery.headers(), delivery.body(), 200);
        if (!answer.path("status").asText().equals(status)) {
            throw new LocalStackException("a webhook should have been answered " + status + ": " + answer);
        }
    }

    private void forge(List<DemoWebhooks.Delivery> deliveries) {
        deliveries.forEach(delivery -> service.post(
                "/webhooks/" + delivery.source(), Map.copyOf(delivery.headers()), delivery.body() + " ", 401));
        progress.say(
                "\n" + deliveries.size() + " deliveries whose body was changed by one byte were refused with 401.");
    }
}
