package io.alluvium.localstack;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Changes of the orders of a shop, as an application would report them: an order is placed, changed a few times, and some are
 * removed. The same story in every run, with new ids. Not thread-safe.
 */
final class DemoEvents {

    static final String ENTITY_TYPE = "order";

    private static final List<String> STATES = List.of("placed", "paid", "packed", "shipped", "delivered");
    private static final List<String> PEOPLE = List.of("ada", "grace", "linus", "margaret", "dennis");
    private static final int ORDERS = 60;

    /** @param json the data of the event, without its id */
    record Change(UUID id, String entityId, ObjectNode json) {

        String key() {
            return ENTITY_TYPE + ":" + entityId;
        }

        /** As HTTP takes it: a chosen id makes a repeated request harmless. */
        String withId() {
            return json.deepCopy().put("event_id", id.toString()).toString();
        }
    }

    private final Random random = new Random(20_26);
    private final String runId = Long.toString(Instant.now().getEpochSecond(), 36);
    private final Map<Integer, ObjectNode> orders = new HashMap<>();
    private Instant time = Instant.now().truncatedTo(ChronoUnit.MILLIS).minus(1, ChronoUnit.HOURS);

    List<Change> next(int count) {
        List<Change> changes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            changes.add(next());
        }
        return changes;
    }

    private Change next() {
        int number = random.nextInt(ORDERS);
        ObjectNode before = orders.get(number);
        time = time.plusMillis(1 + random.nextInt(900));
        if (before == null) {
            ObjectNode placed = placed(number);
            orders.put(number, placed);
            return change(number, "INSERT", null, placed);
        }
        if (random.nextInt(20) == 0) {
            orders.remove(number);
            return change(number, "DELETE", before, null);
        }
        ObjectNode after = changed(before);
        orders.put(number, after);
        return change(number, "UPDATE", before, after);
    }

    private ObjectNode placed(int number) {
        ObjectNode order = Api.JSON.createObjectNode();
        order.put("number", number).put("customer", "customer-" + (100 + random.nextInt(20)));
        order.put("state", STATES.get(0)).put("items", 1 + random.nextInt(9));
        return order.put("total", (1 + random.nextInt(50_000)) / 100.0);
    }

    private ObjectNode changed(ObjectNode before) {
        ObjectNode after = before.deepCopy();
        int state = STATES.indexOf(before.get("state").asText());
        if (state < STATES.size() - 1 && random.nextBoolean()) {
            return after.put("state", STATES.get(state + 1));
        }
        int items = before.get("items").asInt() + 1;
        return after.put("items", items)
                .put("total", Math.round(before.get("total").asDouble() * 100 + 999) / 100.0);
    }

    private Change change(int number, String operation, @Nullable ObjectNode before, @Nullable ObjectNode after) {
        ObjectNode json = Api.JSON.createObjectNode();
        String entityId = runId + "-" + number;
        json.put("entity_type", ENTITY_TYPE).put("entity_id", entityId).put("operation", operation);
        json.set("old_values", before == null ? null : before.deepCopy());
        json.set("new_values", after == null ? null : after.deepCopy());
        json.put("changed_by", PEOPLE.get(random.nextInt(PEOPLE.size()))).put("changed_at", time.toString());
        return new Change(UUID.randomUUID(), entityId, json);
    }
}
