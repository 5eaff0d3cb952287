package io.alluvium.audit.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.alluvium.audit.AuditStack;
import io.alluvium.audit.StoredChanges;
import io.alluvium.kit.Problem;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The reading itself, below HTTP: pages, filters and sums. */
@QuarkusTest
@QuarkusTestResource(AuditStack.class)
class ChangesIT {

    @Inject
    Changes changes;

    @Inject
    RollUp rollUp;

    @Inject
    StoredChanges stored;

    private List<UUID> walk(ChangeFilter filter, int limit) throws SQLException {
        List<UUID> ids = new ArrayList<>();
        Position after = null;
        do {
            ChangePage page = changes.page(filter, after, limit);
            page.changes().forEach(change -> ids.add(change.eventId()));
            after = page.next();
        } while (after != null);
        return ids;
    }

    @Test
    void pagesAreExactOverTiesInTime() throws SQLException {
        List<UUID> newestFirst = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            newestFirst.add(
                    0,
                    stored.change("ties-" + i % 2, "" + i % 3)
                            .at("2026-05-01T10:00:0" + i / 10 + "Z")
                            .store());
        }

        ChangeFilter both = ChangeFilter.ofTypes(List.of("ties-0", "ties-1"));
        for (int limit : new int[] {1, 2, 7, 10, 29, 30, 31}) {
            assertThat(walk(both, limit)).as("pages of %d", limit).isEqualTo(newestFirst);
        }
        assertThat(changes.page(both, null, 30).next()).isNull();
    }

    @Test
    void everyFilterIsKept() throws SQLException {
        UUID first =
                stored.change("kept", "a").by("kim").at("2026-05-01T10:00:00Z").store();
        UUID second = stored.change("kept", "a")
                .by("lee")
                .correlation("c-1")
                .at("2026-05-02T10:00:00Z")
                .update("{\"x\":1}", "{\"x\":2}", "[\"x\"]")
                .store();
        UUID third = stored.change("kept", "b")
                .by("kim")
                .correlation("c-1")
                .at("2026-05-03T10:00:00.000001Z")
                .delete("{}")
                .store();
        ChangeFilter kept = ChangeFilter.ofTypes(List.of("kept"));

        assertThat(walk(kept, 10)).containsExactly(third, second, first);
        assertThat(walk(ChangeFilter.ofEntity("kept", "a"), 10)).containsExactly(second, first);
        assertThat(walk(kept.withOperations(List.of("DELETE", "INSERT")), 1)).containsExactly(third, first);
        assertThat(walk(kept.withUsers(List.of("kim")), 10)).containsExactly(third, first);
        assertThat(walk(kept.withUsers(List.of("kim", "lee")), 1)).containsExactly(third, second, first);
        Instant second2 = Instant.parse("2026-05-02T10:00:00Z");
        assertThat(walk(kept.between(second2, second2), 10)).containsExactly(second);
        assertThat(walk(kept.between(Instant.parse("2026-05-03T10:00:00.000001Z"), null), 10))
                .containsExactly(third);
        assertThat(walk(filter("x", null), 10)).containsExactly(second);
        assertThat(walk(filter(null, "c-1"), 10)).containsExactly(third, second);
        assertThat(walk(filter("y", "c-1"), 10)).isEmpty();
    }

    private static ChangeFilter filter(String field, String correlation) {
        return new ChangeFilter(List.of("kept"), List.of(), List.of(), List.of(), null, null, field, correlation);
    }

    @Test
    void aChangeIsFoundByItsEvent() throws SQLException {
        UUID id = stored.change("found", "1").insert("{ \"a\":1.0 }").store();

        assertThat(changes.byEventId(id).orElseThrow().newValues()).isEqualTo("{ \"a\":1.0 }");
        assertThat(changes.byEventId(UUID.randomUUID())).isEmpty();
    }

    @Test
    void aSearchThatFindsLittleStopsAndGoesOn() throws SQLException {
        stored.many("scarce", 3 * ChangeScan.MOST_ROWS);
        UUID oldest = stored.change("scarce", "needle")
                .at("2020-01-01T00:00:00Z")
                .delete("{}")
                .store();
        ChangeFilter deletes = ChangeFilter.ofTypes(List.of("scarce")).withOperations(List.of("DELETE"));

        ChangePage page = changes.page(deletes, null, 10);
        assertThat(page.changes()).isEmpty();
        assertThat(page.next()).isNotNull();
        assertThat(walk(deletes, 10)).containsExactly(oldest);
    }

    @Test
    void sumsComeFromTheRollUp() throws SQLException {
        stored.change("summed", "1").by("kim").at("2026-04-01T00:00:00Z").store();
        stored.change("summed", "1").by("kim").at("2026-04-01T23:59:59.999999Z").store();
        stored.change("summed", "2")
                .by(null)
                .at("2026-04-02T00:00:00Z")
                .delete("{}")
                .store();
        stored.change("summed", "2").by("lee").at("2026-04-03T00:00:00Z").store();
        LocalDate first = LocalDate.of(2026, 4, 1);
        Days days = new Days(first, first.plusDays(1));
        List<String> types = List.of("summed");

        List<RollUp.Sum> sums = rollUp.sums(days, types);

        assertThat(sums)
                .containsExactly(
                        new RollUp.Sum(first, "summed", "INSERT", 2),
                        new RollUp.Sum(first.plusDays(1), "summed", "DELETE", 1));
        assertThat(RollUp.by(RollUp.Sum::operation, sums)).isEqualTo(Map.of("INSERT", 2L, "DELETE", 1L));
        assertThat(rollUp.users(days, types, 5)).containsExactly(new RollUp.User("kim", 2), new RollUp.User("", 1));
        assertThat(rollUp.users(days, types, 1)).containsExactly(new RollUp.User("kim", 2));
        assertThat(rollUp.usersPerDay(new Days(first, first.plusDays(2)), types))
                .isEqualTo(Map.of(first, 1L, first.plusDays(2), 1L));
    }

    @Test
    void theSumsOfTheRollUpAreThoseOfItsRows() throws SQLException {
        stored.change("sum-of-sums", "1").by("kim").store();
        stored.change("sum-of-sums", "1").by("kim").store();
        stored.count(LocalDate.of(2026, 4, 1), "sum-of-sums", "UPDATE", "lee", 3);
        stored.count(LocalDate.of(2026, 4, 1), "sum-of-sums", "UPDATE", "lee", -1);
        sumsAreThoseOfTheRows();
        await().untilAsserted(() ->
                assertThat(stored.text("SELECT COUNT(*) FROM change_unfolded")).isEqualTo("0"));
        sumsAreThoseOfTheRows();
        assertThat(rollUp.users(
                        new Days(LocalDate.of(2026, 4, 1), LocalDate.of(2026, 4, 1)), List.of("sum-of-sums"), 5))
                .containsExactly(new RollUp.User("lee", 2));
    }

    private void sumsAreThoseOfTheRows() throws SQLException {
        for (String[] sum : new String[][] {
            {"change_count_by_type", "day, entity_type, operation"},
            {"change_count_by_user", "day, changed_by"}
        }) {
            String grouped = "SELECT " + sum[1] + ", SUM(changes) AS changes FROM %s GROUP BY " + sum[1];
            assertThat(stored.text("SELECT count(*) FROM (" + grouped.formatted("change_count") + " EXCEPT "
                            + grouped.formatted(sum[0]) + ") d"))
                    .as(sum[0])
                    .isEqualTo("0");
            assertThat(stored.text("SELECT SUM(changes) FROM " + sum[0]))
                    .isEqualTo(stored.text("SELECT SUM(changes) FROM change_count"));
        }
    }

    @Test
    void aFilterThatCannotBeIsNamed() {
        assertThatThrownBy(
                        () -> new ChangeFilter(List.of(), List.of("1"), List.of(), List.of(), null, null, null, null))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("entity_id: needs entity_type");
        assertThatThrownBy(() -> ChangeFilter.ALL.between(Instant.MAX, Instant.MIN))
                .hasMessageContaining("from: must not be after to");
    }
}
