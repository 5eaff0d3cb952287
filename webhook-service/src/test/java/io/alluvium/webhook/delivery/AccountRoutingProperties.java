package io.alluvium.webhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.alluvium.webhook.delivery.AccountRouting.Decision;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The original's routing rules, over everything that can be stored. */
class AccountRoutingProperties {

    private static final List<String> WITH_PARENT = List.of("Contacts", "Deals", "Activities", "Tasks", "Notes");
    private static final Set<String> POLYMORPHIC = Set.of("Activities", "Tasks", "Notes");

    @Provide
    Arbitrary<String> types() {
        return Arbitraries.of("create", "update", "delete", "restore");
    }

    @Provide
    Arbitrary<String> childModules() {
        return Arbitraries.of(WITH_PARENT);
    }

    @Provide
    Arbitrary<String> anyJson() {
        Arbitrary<String> leaf =
                Arbitraries.of("null", "1", "1.5", "true", "\"x\"", "\"\"", "[]", "{}", "[{\"id\":\"1\"}]");
        Arbitrary<String> field = Arbitraries.of("Account_Name", "What_Id", "Parent_Id", "id", "module");
        Arbitrary<String> object =
                Combinators.combine(field, leaf).as((name, value) -> "{\"" + name + "\":" + value + "}");
        return Arbitraries.oneOf(
                leaf,
                object,
                Combinators.combine(field, object).as((name, value) -> "{\"" + name + "\":" + value + "}"));
    }

    private static String parentOf(String module, String reference) {
        String field = module.equals("Notes") ? "Parent_Id" : POLYMORPHIC.contains(module) ? "What_Id" : "Account_Name";
        return "{\"id\":\"own\",\"" + field + "\":" + reference + "}";
    }

    @Property
    void aChangeOfAChildSyncsItsAccount(
            @ForAll("childModules") String module, @ForAll("types") String type, @ForAll long account) {
        String data = parentOf(module, "{\"id\":\"" + account + "\",\"module\":\"Accounts\"}");

        Decision decision = AccountRouting.decide(Events.event(type, module, "own", data));

        assertThat(decision)
                .isEqualTo(
                        type.equals("delete")
                                ? new Decision.Nothing("deleted")
                                : new Decision.Sync(String.valueOf(account), true));
    }

    @Property
    void anUpdateOfSomethingThatBelongsToNoAccountSyncsNothing(@ForAll("childModules") String module) {
        String data = parentOf(module, "{\"id\":\"1\",\"module\":\"Deals\"}");

        Decision update = AccountRouting.decide(Events.event("update", module, "own", data));
        Decision create = AccountRouting.decide(Events.event("create", module, "own", data));

        assertThat(update instanceof Decision.Nothing).isEqualTo(POLYMORPHIC.contains(module));
        assertThat(create).isEqualTo(new Decision.Sync("1", true));
    }

    @Property
    void anUpdateOfAnAccountIsForcedIfACriticalFieldChanged(
            @ForAll Set<@net.jqwik.api.constraints.AlphaChars String> other) {
        for (String critical : AccountRouting.CRITICAL_FIELDS) {
            assertThat(update(other, null)).isEqualTo(new Decision.Sync("42", false));
            assertThat(update(other, critical)).isEqualTo(new Decision.Sync("42", true));
        }
    }

    private static Decision update(Set<String> fields, String more) {
        String list = fields.stream().map(field -> "\"x" + field + "\"").collect(Collectors.joining(","));
        String modified =
                more == null ? "[" + list + "]" : "[" + (list.isEmpty() ? "" : list + ",") + "\"" + more + "\"]";
        return AccountRouting.decide(Events.event("update", "Accounts", "42", "{}", modified));
    }

    @Property
    void whateverIsStoredIsDecided(
            @ForAll("types") String type, @ForAll("childModules") String module, @ForAll("anyJson") String json) {
        assertThatCode(() -> AccountRouting.decide(Events.event(type, module, "own", json, json)))
                .doesNotThrowAnyException();
        assertThatCode(() -> AccountRouting.decide(Events.event(type, "Accounts", "own", json, json)))
                .doesNotThrowAnyException();
    }

    @Property
    void aTypeThatNobodyKnowsIsSaid(@ForAll @net.jqwik.api.constraints.AlphaChars String type) {
        assertThat(AccountRouting.decide(Events.event(type + "d", "Accounts", "1", "{}")))
                .isEqualTo(new Decision.UnknownType(type + "d"));
    }

    @Example
    void whatHasNoAccountSyncsNothing() {
        for (String data : new String[] {"{}", "{\"Account_Name\":null}", "{\"Account_Name\":{\"id\":\"\"}}", null}) {
            assertThat(AccountRouting.decide(Events.event("create", "Contacts", "1", data)))
                    .isInstanceOf(Decision.Nothing.class);
        }
        assertThat(AccountRouting.decide(Events.event("create", null, "1", "{}")))
                .isInstanceOf(Decision.Nothing.class);
        assertThat(AccountRouting.decide(Events.event("create", "Accounts", null, "{}")))
                .isInstanceOf(Decision.Nothing.class);
        assertThat(AccountRouting.decide(Events.event("create", "issues", "1", "{}")))
                .isInstanceOf(Decision.Nothing.class);
    }

    @Example
    void anIdThatIsANumberKeepsItsDigits() {
        String data = "{\"Account_Name\":{\"id\":12345678901234567890123}}";

        assertThat(AccountRouting.decide(Events.event("create", "Deals", "1", data)))
                .isEqualTo(new Decision.Sync("12345678901234567890123", true));
    }
}
