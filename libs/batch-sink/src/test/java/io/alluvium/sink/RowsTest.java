package io.alluvium.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RowsTest {

    @Test
    void viewsByKindShareRowsAndFatesWithTheWhole() {
        Rows<Reading> rows = new Rows<>(Records.range(0, 0, 30), Reading::parse).part(10, 10);

        Map<Boolean, Rows<Reading>> views = rows.by(row -> row.number() % 3 == 0);
        Rows<Reading> thirds = Objects.requireNonNull(views.get(true));
        thirds.markAll(Fate.STORED);
        Objects.requireNonNull(views.get(false)).part(2, 1).mark(0, Fate.DUPLICATE);

        assertThat(IntStream.range(0, thirds.size())
                        .map(i -> Objects.requireNonNull(thirds.get(i)).number()))
                .containsExactly(12, 15, 18);
        assertThat(IntStream.range(0, 10).mapToObj(rows::fate))
                .containsExactly(
                        Fate.PENDING,
                        Fate.PENDING,
                        Fate.STORED,
                        Fate.DUPLICATE,
                        Fate.PENDING,
                        Fate.STORED,
                        Fate.PENDING,
                        Fate.PENDING,
                        Fate.STORED,
                        Fate.PENDING);
    }

    @Test
    void whatTheMappingRefusesIsInNoView() {
        Rows<Reading> rows = new Rows<>(Records.range(0, 0, 5), polled -> {
            throw new RejectedRecord("no");
        });

        assertThat(rows.by(Reading::number)).isEmpty();
        assertThat(rows.fate(3)).isEqualTo(Fate.DEAD);
    }
}
