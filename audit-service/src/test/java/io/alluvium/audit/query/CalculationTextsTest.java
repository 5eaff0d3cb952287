package io.alluvium.audit.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.kit.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The words and shapes of one change and of a timeline. */
class CalculationTextsTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private static Change change(long id, String operation, String old, String now, String fields, String user) {
        return new Change(
                id,
                new UUID(0, id),
                "system_calculations",
                "7",
                operation,
                old,
                now,
                fields,
                user,
                NOON.plusSeconds(id),
                null);
    }

    @ParameterizedTest
    @CsvSource({
        "INSERT, USER, 0, Created user calculation",
        "DELETE, SYSTEM, 0, Deleted system calculation",
        "UPDATE, SYSTEM, 1, Updated 1 field(s) in system calculation",
        "UPDATE, USER, 12, Updated 12 field(s) in user calculation",
        "UPDATE, USER, 0, Updated 0 field(s) in user calculation"
    })
    void aChangeIsSummedUp(String operation, CalculationType type, int fields, String summary) {
        assertThat(CalculationAudit.summary(operation, type, fields)).isEqualTo(summary);
    }

    @Test
    void aCalculationIdIsANumberOnlyWhereItIsTheSameId() {
        assertThat(CalculationAudit.id("7")).isEqualTo(7L);
        assertThat(CalculationAudit.id("0")).isEqualTo(0L);
        assertThat(CalculationAudit.id("-3")).isEqualTo(-3L);
        assertThat(CalculationAudit.id("999999999999999999")).isEqualTo(999999999999999999L);
        for (String other : List.of("007", "-0", "+7", "7 ", "7a", "a", "٣", "9999999999999999999", "1e3")) {
            assertThat(CalculationAudit.id(other)).isEqualTo(other);
        }
    }

    @Test
    void anUpdateTellsEachFieldAsItWasSent() {
        CalculationAudit item = CalculationAudit.of(change(
                1,
                "UPDATE",
                "{ \"a\" : 1.10 , \"b\":{\"x\":[1, 2]},\"c\":null,\"d\":\"\\u00e9\\\"\"}",
                "{\"a\":123456789012345678901234567890.10,\"b\":true ,\"c\":\"\"}",
                "[\"a\",\"b\",\"c\",\"d\",\"e\"]",
                "kim"));

        assertThat(item.changeDetails())
                .containsExactly(
                        new CalculationFieldChange("a", "1.10", "123456789012345678901234567890.10"),
                        new CalculationFieldChange("b", "{\"x\":[1, 2]}", "true"),
                        new CalculationFieldChange("c", "null", "\"\""),
                        new CalculationFieldChange("d", "\"\\u00e9\\\"\"", null),
                        new CalculationFieldChange("e", null, null));
        assertThat(item.summary()).isEqualTo("Updated 5 field(s) in system calculation");
        assertThat(item.calculationType()).isEqualTo("system");
    }

    @Test
    void onlyAnUpdateWithBothImagesHasDetails() {
        assertThat(CalculationAudit.of(change(1, "INSERT", null, "{\"a\":1}", null, "kim"))
                        .changeDetails())
                .isNull();
        assertThat(CalculationAudit.of(change(1, "UPDATE", null, "{\"a\":1}", "[\"a\"]", "kim"))
                        .changeDetails())
                .isNull();
        assertThat(CalculationAudit.of(change(1, "UPDATE", "{\"a\":1}", null, "[\"a\"]", "kim"))
                        .changeDetails())
                .isNull();
        assertThat(CalculationAudit.of(change(1, "DELETE", "{\"a\":1}", null, null, "kim"))
                        .changedFields())
                .isEmpty();
    }

    @Test
    void aTimelineLineDescribesTheOperation() {
        assertThat(CalculationTimeline.describe("INSERT", List.of())).isEqualTo("Calculation created");
        assertThat(CalculationTimeline.describe("DELETE", List.of())).isEqualTo("Calculation deleted");
        assertThat(CalculationTimeline.describe("UPDATE", List.of())).isEqualTo("Updated calculation");
        assertThat(CalculationTimeline.describe("UPDATE", List.of("name"))).isEqualTo("Updated name");
        assertThat(CalculationTimeline.describe("UPDATE", List.of("a", "b"))).isEqualTo("Updated 2 fields: a, b");
        assertThat(CalculationTimeline.describe("UPDATE", List.of("a", "b", "c")))
                .isEqualTo("Updated 3 fields: a, b, c");
        assertThat(CalculationTimeline.describe("UPDATE", List.of("a", "b", "c", "d")))
                .isEqualTo("Updated 4 fields: a, b, c and 1 more");
        assertThat(CalculationTimeline.describe("UPDATE", List.of("a", "b", "c", "d", "e", "f")))
                .isEqualTo("Updated 6 fields: a, b, c and 3 more");
    }

    @Test
    void aTimelineTellsTheLifeOfACalculation() {
        Change created = change(1, "INSERT", null, "{\"a\":1}", null, null);
        Change first = change(2, "UPDATE", "{\"a\":1,\"b\":1}", "{\"a\":2,\"b\":2}", "[\"a\",\"b\"]", "kim");
        Change second = change(3, "UPDATE", "{\"a\":2}", "{\"a\":3}", "[\"a\"]", "lee");

        CalculationTimeline timeline =
                CalculationTimeline.of(CalculationType.SYSTEM, 7, List.of(second, first, created), null);

        assertThat(timeline.tableName()).isEqualTo("system_calculations");
        assertThat(timeline.totalChanges()).isEqualTo(3);
        assertThat(timeline.createdAt()).isEqualTo(created.changedAt());
        assertThat(timeline.createdBy()).isNull();
        assertThat(timeline.lastModifiedAt()).isEqualTo(second.changedAt());
        assertThat(timeline.lastModifiedBy()).isEqualTo("lee");
        assertThat(timeline.fieldChangeCounts()).isEqualTo(Map.of("a", 2, "b", 1));
        assertThat(timeline.detailedHistory())
                .extracting(CalculationTimeline.Entry::id)
                .containsExactly(3L, 2L, 1L);
        assertThat(timeline.formattedTimeline())
                .extracting(CalculationTimeline.Line::user)
                .containsExactly("lee", "kim", "Unknown");
        assertThat(timeline.formattedTimeline().get(0).changes())
                .containsExactly(new CalculationFieldChange("a", "2", "3"));
        assertThat(timeline.formattedTimeline().get(2).changes()).isNull();
    }

    @Test
    void aTimelineKnowsTheCreationThatIsBeyondItsRows() {
        Change created = change(1, "INSERT", null, "{\"a\":1}", null, "kim");
        Change update = change(9, "UPDATE", "{\"a\":1}", "{\"a\":2}", "[\"a\"]", "lee");

        assertThat(CalculationTimeline.of(CalculationType.USER, 7, List.of(update), created)
                        .createdBy())
                .isEqualTo("kim");
        assertThat(CalculationTimeline.of(CalculationType.USER, 7, List.of(update), null)
                        .createdAt())
                .isNull();
    }

    @Test
    void aTimelineOfNothingIsEmpty() {
        CalculationTimeline timeline = CalculationTimeline.of(CalculationType.USER, 7, List.of(), null);

        assertThat(timeline)
                .isEqualTo(new CalculationTimeline(
                        "user_calculations", 7, 0, null, null, null, null, Map.of(), List.of(), List.of()));
    }

    @Test
    void aTypeIsUserOrSystem() {
        assertThat(CalculationType.of("user")).isEqualTo(CalculationType.USER);
        assertThat(CalculationType.of("system")).isEqualTo(CalculationType.SYSTEM);
        for (String other : List.of("User", "", "users", "user_calculations")) {
            assertThatThrownBy(() -> CalculationType.of(other))
                    .isInstanceOf(Problem.class)
                    .hasMessage("calculation_type must be 'user' or 'system'");
        }
    }
}
