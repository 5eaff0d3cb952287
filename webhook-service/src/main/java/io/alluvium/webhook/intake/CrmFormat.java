package io.alluvium.webhook.intake;

import com.fasterxml.jackson.core.JsonToken;
import io.alluvium.kit.Problem;
import io.alluvium.sink.Utf8;
import io.alluvium.webhook.topic.WebhookEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The two payloads of the original system: that of Zoho CRM, whose {@code data} holds one record or many, and the generic
 * one with one record in {@code record_data}. Event types and modules are closed lists.
 *
 * @param zoho whether {@code data} is looked for; the generic payload is read where there is none
 */
record CrmFormat(boolean zoho, int maxRecords) implements PayloadFormat {

    static final List<String> EVENT_TYPES = List.of("create", "update", "delete", "restore");
    static final List<String> MODULES = List.of("Accounts", "Contacts", "Deals", "Tasks", "Notes", "Activities");

    private static final Utf8 NO_DATA = Utf8.of("{}");

    @Override
    public Payload read(Headers headers, byte[] body) {
        return JsonBody.read(body, json -> {
            if (json.token() != JsonToken.START_OBJECT) {
                throw Problem.badRequest("", "the payload must be a JSON object");
            }
            Fields fields = new Fields();
            for (String name = json.nextField(); name != null; name = json.nextField()) {
                fields.take(name, json);
            }
            return new Payload(null, fields.records());
        });
    }

    /** Records without an id are not all the same one. */
    private static @Nullable String nonBlank(@Nullable String id) {
        return id == null || id.isBlank() ? null : id;
    }

    /** @param data the record itself */
    private record Item(@Nullable String id, Utf8 data) {}

    private final class Fields {

        private @Nullable List<Item> data;
        private @Nullable String operation;
        private @Nullable String user;
        private @Nullable String eventType;
        private @Nullable String module;
        private @Nullable String recordId;
        private @Nullable Utf8 recordData;
        private @Nullable String userId;
        private @Nullable Utf8 modifiedFields;

        void take(String name, JsonBody json) throws IOException {
            switch (name) {
                case "operation" -> operation = json.text(name, WebhookEvent.MAX_EVENT_TYPE);
                case "event_type" -> eventType = json.text(name, WebhookEvent.MAX_EVENT_TYPE);
                case "module" -> module = json.text(name, WebhookEvent.MAX_MODULE);
                case "record_id" -> recordId = nonBlank(json.text(name, WebhookEvent.MAX_RECORD_ID));
                case "record_data" -> recordData = json.object(name);
                case "user_id" -> userId = json.text(name, WebhookEvent.MAX_USER_ID);
                case "modified_fields" -> modifiedFields = json.fieldNames(name);
                case "user" -> user = user(json);
                case "data" -> takeData(json);
                default -> json.skip();
            }
        }

        private @Nullable String user(JsonBody json) throws IOException {
            String id = null;
            if (json.token() != JsonToken.START_OBJECT) {
                json.skip();
                return null;
            }
            for (String name = json.nextField(); name != null; name = json.nextField()) {
                if (name.equals("id")) {
                    id = json.text("user.id", WebhookEvent.MAX_USER_ID);
                } else {
                    json.skip();
                }
            }
            return id;
        }

        private void takeData(JsonBody json) throws IOException {
            if (!zoho || json.token() == JsonToken.VALUE_NULL) {
                json.skip();
                return;
            }
            List<Item> items = new ArrayList<>();
            if (json.token() != JsonToken.START_ARRAY) {
                items.add(item("data", json));
            } else {
                while (json.nextElement()) {
                    if (items.size() == maxRecords) {
                        throw Problem.tooLarge("data has more than " + maxRecords + " records");
                    }
                    items.add(item("data[" + items.size() + "]", json));
                }
                if (items.isEmpty()) {
                    throw Problem.badRequest("data", "must hold at least one record");
                }
            }
            data = items;
        }

        private Item item(String field, JsonBody json) throws IOException {
            if (json.token() != JsonToken.START_OBJECT) {
                throw Problem.badRequest(field, "must be an object");
            }
            int start = json.start();
            String id = null;
            for (String name = json.nextField(); name != null; name = json.nextField()) {
                if (name.equals("id")) {
                    id = nonBlank(json.text(field + ".id", WebhookEvent.MAX_RECORD_ID));
                } else {
                    json.skip();
                }
            }
            return new Item(id, json.rangeFrom(start));
        }

        List<ReceivedRecord> records() {
            String kind = oneOf("module", module == null ? "Accounts" : module, MODULES);
            if (data == null) {
                String type = oneOf("event_type", lower(eventType), EVENT_TYPES);
                Utf8 record = recordData == null ? NO_DATA : recordData;
                return List.of(new ReceivedRecord(null, type, kind, recordId, record, modifiedFields, userId, null));
            }
            String type = oneOf("operation", lower(operation), EVENT_TYPES);
            return data.stream()
                    .map(item ->
                            new ReceivedRecord(null, type, kind, item.id(), item.data(), modifiedFields, user, null))
                    .toList();
        }

        private static String lower(@Nullable String type) {
            return type == null ? "update" : type.toLowerCase(Locale.ROOT);
        }

        private static String oneOf(String field, String value, List<String> allowed) {
            if (!allowed.contains(value)) {
                throw Problem.badRequest(field, "must be one of " + String.join(", ", allowed));
            }
            return value;
        }
    }
}
