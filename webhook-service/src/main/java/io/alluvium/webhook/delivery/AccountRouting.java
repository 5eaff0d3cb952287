package io.alluvium.webhook.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which account is to be synchronised because of an event, by the rules of the original processor. A pure function. */
final class AccountRouting {

    /** What follows from an event. */
    sealed interface Decision {
        /** @param force also if the account was synchronised a moment ago */
        record Sync(String accountId, boolean force) implements Decision {}

        /** @param why as a short word for the history */
        record Nothing(String why) implements Decision {}

        /** A type that this service knows nothing of: a warning, and no failure. */
        record UnknownType(String type) implements Decision {}
    }

    static final Set<String> CRITICAL_FIELDS =
            Set.of("Account_Status", "Health_Score", "Owner", "Annual_Revenue", "Account_Type", "Industry");

    /** Where a module keeps its account, and whether an update says by {@code module} that it is one. */
    private record Parent(String field, boolean ofAnyModule) {}

    private static final Map<String, Parent> PARENTS = Map.of(
            "Contacts", new Parent("Account_Name", false),
            "Deals", new Parent("Account_Name", false),
            "Activities", new Parent("What_Id", true),
            "Tasks", new Parent("What_Id", true),
            "Notes", new Parent("Parent_Id", true));

    private static final JsonMapper JSON = new JsonMapper();

    private AccountRouting() {}

    static Decision decide(StoredEvent event) {
        return switch (event.eventType()) {
            case "create", "restore" -> owner(event, false);
            case "update" -> update(event);
            case "delete" -> new Decision.Nothing("deleted");
            default -> new Decision.UnknownType(event.eventType());
        };
    }

    private static Decision update(StoredEvent event) {
        if (!"Accounts".equals(event.module())) {
            return owner(event, true);
        }
        boolean critical = false;
        for (JsonNode field : tree(event.modifiedFields())) {
            critical |= CRITICAL_FIELDS.contains(field.asText());
        }
        return sync(event.recordId(), critical);
    }

    private static Decision owner(StoredEvent event, boolean onlyAccounts) {
        if ("Accounts".equals(event.module())) {
            return sync(event.recordId(), true);
        }
        Parent parent = event.module() == null ? null : PARENTS.get(event.module());
        if (parent == null) {
            return new Decision.Nothing("not of a module that has accounts");
        }
        JsonNode reference = tree(event.recordData()).path(parent.field());
        boolean checked = onlyAccounts && parent.ofAnyModule();
        if (checked && !reference.path("module").asText().equals("Accounts")) {
            return new Decision.Nothing("not of an account");
        }
        JsonNode id = reference.path("id");
        return sync(id.isTextual() || id.isIntegralNumber() ? id.asText() : null, true);
    }

    private static Decision sync(@Nullable String accountId, boolean force) {
        return accountId == null || accountId.isBlank()
                ? new Decision.Nothing("without an account")
                : new Decision.Sync(accountId, force);
    }

    private static JsonNode tree(@Nullable String json) {
        try {
            return json == null ? JSON.missingNode() : JSON.readTree(json);
        } catch (JsonProcessingException beyond) {
            // The column holds JSON, but maybe deeper or longer than a parser cares to read: nothing of ours is in
            // there.
            return JSON.missingNode();
        }
    }
}
