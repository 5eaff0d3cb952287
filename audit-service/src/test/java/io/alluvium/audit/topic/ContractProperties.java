package io.alluvium.audit.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;

/** Whatever a producer makes of the fields, schema and reader come to the same verdict. */
class ContractProperties {

    private static final String ABSENT = "";

    private static final Map<String, List<String>> VALUES = Map.of(
            "entity_type", texts(100),
            "entity_id", texts(200),
            "operation", List.of("\"UPDATE\"", "\"INSERT\"", "\"DELETE\"", "\"delete\"", "null", "1", ABSENT),
            "old_values", List.of("{}", "{\"a\":1}", "null", ABSENT, "{\"a\":{\"\\u0000\":1}}", "[]", "\"x\"", "0"),
            "new_values", List.of("{}", "{\"a\":[1]}", "null", ABSENT, "{\"a\":[\"\\u0000\"]}", "[]", "true"),
            "changed_fields", List.of(ABSENT, "null", "[]", "[\"a\"]", "[\"\"]", "[null]", "{}", "\"a\"", "[[\"a\"]]"),
            "changed_by", with(texts(100), "null", ABSENT),
            "changed_at",
                    List.of(
                            "\"2026-11-20T10:00:00Z\"",
                            "\"2024-02-29T23:59:59.1-12:30\"",
                            "\"2026-02-29T10:00:00Z\"",
                            "\"2026-11-20T24:00:00Z\"",
                            "\"2026-11-20T10:00:60Z\"",
                            "\"2026-11-20\"",
                            "\"2026-11-20T10:00Z\"",
                            "\"2026-11-20T10:00:00\"",
                            "\"x\"",
                            "null",
                            "5",
                            ABSENT),
            "correlation_id", with(texts(100), "null", ABSENT),
            "another", List.of(ABSENT, "{\"a\":\"\\u0000\"}", "1"));

    private static List<String> texts(int most) {
        return List.of(
                "\"x\"",
                "\"" + "y".repeat(most) + "\"",
                "\"" + "y".repeat(most + 1) + "\"",
                "\"\"",
                "\" \"",
                "\"a\\u0000\"",
                "\"\\udc00\"",
                "7",
                "{}");
    }

    private static List<String> with(List<String> values, String... more) {
        List<String> all = new ArrayList<>(values);
        all.addAll(List.of(more));
        return all;
    }

    /** Most fields as they should be, so that no single fault decides every case. */
    @Provide
    Arbitrary<String> changes() {
        List<Arbitrary<String>> fields = new ArrayList<>();
        new TreeMap<>(VALUES)
                .forEach((name, values) -> fields.add(Arbitraries.frequencyOf(
                                Tuple.of(15, Arbitraries.just(values.get(0))), Tuple.of(2, Arbitraries.of(values)))
                        .map(value -> value.isEmpty() ? "" : "\"" + name + "\":" + value)));
        return Combinators.combine(fields)
                .as(members -> "{"
                        + String.join(
                                ",",
                                members.stream()
                                        .filter(member -> !member.isEmpty())
                                        .toList()) + "}");
    }

    @Property(tries = 2000)
    void schemaAndReaderAgree(@ForAll("changes") String change) {
        boolean sound = Contract.faultsByReader(change).isEmpty();

        assertThat(Contract.faultsBySchema(change).isEmpty()).as(change).isEqualTo(sound);

        Statistics.label("sound").collect(sound).coverage(both -> {
            both.check(true).percentage(share -> share > 5);
            both.check(false).percentage(share -> share > 5);
        });
    }
}
