package io.alluvium.audit.topic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.alluvium.sink.Utf8;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChangedFieldsProperties {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Property
    void namesExactlyTheMembersThatDiffer(
            @ForAll @Size(max = 6) Map<@StringLength(max = 2) String, Integer> before,
            @ForAll @Size(max = 6) Map<@StringLength(max = 2) String, Integer> after)
            throws JsonProcessingException {
        Utf8 changed = ChangedFields.between(json(before), json(after));

        List<String> expected = new ArrayList<>();
        after.forEach((name, value) -> {
            if (!before.containsKey(name) || !Objects.equals(before.get(name), value)) {
                expected.add(name);
            }
        });
        before.keySet().stream().filter(name -> !after.containsKey(name)).forEach(expected::add);
        assertThat(JSON.readValue(changed.toString(), String[].class)).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static Utf8 json(Map<String, Integer> values) throws JsonProcessingException {
        return Utf8.of(JSON.writeValueAsString(values));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":1} | {\"a\":1.0} | []",
                "{\"a\":1.10} | {\"a\":1.1} | []",
                "{\"a\":1e2} | {\"a\":100} | []",
                "{\"a\":{\"x\":1,\"y\":2}} | {\"a\": {\"y\":2, \"x\":1}} | []",
                "{\"a\":\"\\u0041\"} | {\"a\":\"A\"} | []",
                "{\"a\":[1,2]} | {\"a\":[2,1]} | [\"a\"]",
                "{\"a\":1} | {\"a\":\"1\"} | [\"a\"]",
                "{\"a\":null} | {} | [\"a\"]",
                "{} | {\"a\":null} | [\"a\"]",
                "{\"a\":false,\"b\":1} | {\"b\":2,\"c\":3} | [\"b\",\"c\",\"a\"]",
            })
    void comparesValuesAndNotTheirSpelling(String before, String after, String changed) {
        assertThat(ChangedFields.between(Utf8.of(before), Utf8.of(after)).toString())
                .isEqualTo(changed);
    }
}
