package io.alluvium.emitter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ImageTest {

    private static Image image(String... columns) {
        Image image = new Image();
        for (int i = 0; i < columns.length; i += 2) {
            image.put(columns[i], columns[i + 1]);
        }
        return image;
    }

    @Test
    void changedIsWhatDiffersAndWhatOnlyOneSideHas() {
        Image before = image("a", "1", "b", "\"x\"", "gone", "null");
        Image after = image("a", "1", "b", "\"y\"", "come", "true");

        assertThat(after.changedSince(before)).containsExactly("b", "come", "gone");
    }

    @Test
    void aNumberIsTheSameWhateverItsDigits() {
        assertThat(image("a", "1.50", "b", "-0", "c", "1E+2").changedSince(image("a", "1.5", "b", "0", "c", "100")))
                .isEmpty();
        assertThat(image("a", "\"1.50\"").changedSince(image("a", "\"1.5\""))).containsExactly("a");
    }
}
