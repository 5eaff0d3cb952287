package io.alluvium.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class Utf8Properties {

    @Property
    void equalTextIsEqualWhereverItStands(
            @ForAll @Size(max = 40) byte[] text, @ForAll @IntRange(max = 20) int before, @ForAll byte filling) {
        byte[] around = new byte[before + text.length + 7];
        java.util.Arrays.fill(around, filling);
        System.arraycopy(text, 0, around, before, text.length);

        Utf8 alone = new Utf8(text, 0, text.length);
        Utf8 within = new Utf8(around, before, text.length);

        assertThat(within).isEqualTo(alone).hasSameHashCodeAs(alone);
    }

    @Example
    void namesThatAreCountedUpHaveHashesOfTheirOwn() {
        Set<Integer> hashes = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            hashes.add(Utf8.of("clerk-" + i).hashCode());
        }

        assertThat(hashes).hasSizeGreaterThan(99_990);
    }
}
