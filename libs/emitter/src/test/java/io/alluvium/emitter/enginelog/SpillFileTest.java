package io.alluvium.emitter.enginelog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpillFileTest {

    @TempDir
    Path folder;

    private SpillFile open() throws SQLException {
        return SpillFile.open(folder.resolve("spill.db"), table -> {
            throw new AssertionError("a row of " + table + " cannot be read");
        });
    }

    private static List<LogEntry> steps(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> new Step().stepId(i).entry.identify(new UUID(0, i), new UUID(1, 1)))
                .toList();
    }

    private static List<Long> ids(List<LogEntry> entries) {
        return entries.stream()
                .map(entry -> entry.id().getLeastSignificantBits())
                .toList();
    }

    @Test
    void rowsThatWereWrittenAfterTheReadingStayWhenTheReadOnesAreDeleted() throws SQLException {
        try (SpillFile file = open()) {
            file.write(steps(0, 3));
            assertThat(file.oldest(100)).hasSize(3);
            file.write(steps(3, 5));

            file.delete();

            assertThat(file.waiting()).isEqualTo(2);
            assertThat(ids(file.oldest(100))).containsExactly(3L, 4L);
        }
    }

    @Test
    void rowsOfAllTablesComeBackInTheOrderTheyCameInARunLater() throws SQLException {
        try (SpillFile file = open()) {
            file.write(steps(0, 2));
            file.write(List.of(new ProcessHeartbeat().processId(1).entry.identify(new UUID(0, 2), new UUID(1, 1))));
            file.write(steps(3, 4));
        }
        try (SpillFile file = open()) {
            assertThat(file.waiting()).isEqualTo(4);
            assertThat(ids(file.oldest(3))).containsExactly(0L, 1L, 2L);
            file.delete();
            assertThat(ids(file.oldest(3))).containsExactly(3L);
            file.delete();
            assertThat(file.oldest(3)).isEmpty();
            assertThat(file.waiting()).isZero();
        }
    }
}
