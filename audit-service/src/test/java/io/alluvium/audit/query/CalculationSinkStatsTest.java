package io.alluvium.audit.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.audit.query.CalculationSinkStats.Fixed;
import io.alluvium.kit.operations.SinkReport;
import io.alluvium.kit.operations.SinkReport.State;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CalculationSinkStatsTest {

    private static SinkReport report(State state, Long pending, Instant lastCommit, String... problems) {
        return new SinkReport(
                "audit.changes",
                state,
                problems.length > 2 ? problems[2] : null,
                null,
                null,
                null,
                null,
                pending,
                lastCommit,
                problems.length > 0 ? problems[0] : null,
                problems.length > 1 ? problems[1] : null,
                List.of());
    }

    @Test
    void statsAreWhatTheSinkReports() {
        Instant lastCommit = Instant.parse("2026-11-20T10:00:00.250Z");

        assertThat(CalculationSinkStats.of(report(State.RUNNING, 3L, lastCommit), new Fixed(true, 2000, 25)))
                .isEqualTo(new CalculationSinkStats(
                        3L, "sql_server_optimized", false, 2.0, 1795168800.25, true, 25, true, false, null));
        assertThat(CalculationSinkStats.of(report(State.ELSEWHERE, null, null), new Fixed(false, 500, 8000)))
                .isEqualTo(new CalculationSinkStats(
                        null, "postgresql_optimized", false, 0.5, null, false, 8000, true, false, null));
    }

    @ParameterizedTest
    @EnumSource(State.class)
    void aSessionIsActiveWhileTheSinkStores(State state) {
        CalculationSinkStats stats = CalculationSinkStats.of(report(state, 0L, null), new Fixed(false, 500, 8000));

        assertThat(stats.sessionActive()).isEqualTo(state == State.RUNNING || state == State.STARTING);
    }

    @Test
    void whatIsAwayIsTold() {
        SinkReport away = report(State.PAUSED, null, null, "Kafka does not answer", null, "a table is missing");

        assertThat(CalculationSinkStats.of(away, new Fixed(false, 500, 8000)).error())
                .isEqualTo("Kafka does not answer; a table is missing");
    }
}
