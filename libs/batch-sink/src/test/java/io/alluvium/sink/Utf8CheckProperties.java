package io.alluvium.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class Utf8CheckProperties {

    @Property
    void agreesWithTheDecoder(@ForAll @Size(max = 40) byte[] bytes, @ForAll @IntRange(max = 10) int offset) {
        int from = Math.min(offset, bytes.length);
        byte[] range = Arrays.copyOfRange(bytes, from, bytes.length);
        boolean roundTrip =
                Arrays.equals(new String(range, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8), range);

        assertThat(Utf8Check.wellFormed(bytes, from, bytes.length - from)).isEqualTo(roundTrip);
    }

    @Property
    void findsNulExactlyWhereItIsEscaped(
            @ForAll @StringLength(max = 30) @CharRange(from = 'a', to = 'c') String before,
            @ForAll @IntRange(max = 5) int backslashes) {
        byte[] json =
                ("{\"" + before + "\":\"" + "\\".repeat(backslashes) + "u0000\"}").getBytes(StandardCharsets.UTF_8);

        assertThat(Utf8Check.unstorable(json, 0, json.length)).isEqualTo(backslashes % 2 == 1 ? "U+0000" : null);
    }

    @Example
    void otherEscapesAreStorable() {
        byte[] json = "{\"a\":\"\\u0001\\n\\u00000\"}".getBytes(StandardCharsets.UTF_8);

        assertThat(Utf8Check.unstorable(json, 0, json.length - 10)).isNull();
        assertThat(Utf8Check.unstorable(json, 0, json.length)).isEqualTo("U+0000");
    }

    @Property
    void findsHalvesOfPairsAndNoWholeOnes(
            @ForAll @Size(max = 6) List<@IntRange(min = 0xD7F0, max = 0xE010) Integer> units) {
        StringBuilder text = new StringBuilder();
        StringBuilder json = new StringBuilder("\"");
        for (int unit : units) {
            text.append((char) unit);
            json.append("\\u").append(Integer.toHexString(unit));
        }
        byte[] bytes = json.append('"').toString().getBytes(StandardCharsets.UTF_8);
        boolean whole = StandardCharsets.UTF_8.newEncoder().canEncode(text);

        assertThat(Utf8Check.unstorable(bytes, 0, bytes.length)).isEqualTo(whole ? null : "half of a surrogate pair");
    }
}
