package io.alluvium.audit.query;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.agroal.api.AgroalDataSource;
import io.alluvium.audit.AuditStack;
import io.alluvium.audit.StoredChanges;
import io.alluvium.kit.Problem;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(AuditStack.class)
@TestSecurity(user = "kim", roles = "operator")
class RetentionIT {

    /** The first moment that is kept with 40 days. */
    private static final Instant EDGE =
            LocalDate.now(ZoneOffset.UTC).minusDays(40).atStartOfDay().toInstant(ZoneOffset.UTC);

    @Inject
    StoredChanges stored;

    @Inject
    Retention retention;

    @Inject
    RollUp rollUp;

    @Inject
    Reading reading;

    @Inject
    AgroalDataSource dataSource;

    @BeforeEach
    void nothingIsStored() throws SQLException {
        stored.execute("DELETE FROM audit_change");
        stored.forgetCounts();
    }

    private static ValidatableResponse cleanUp(String body) {
        return given().contentType("application/json")
                .body(body)
                .post("/api/audit/cleanup")
                .then();
    }

    private long rows(String type) throws SQLException {
        return Long.parseLong(stored.text("SELECT count(*) FROM audit_change WHERE entity_type = '" + type + "'"));
    }

    private long counted(String type) throws SQLException {
        return RollUp.total(rollUp.sums(new Days(LocalDate.of(1, 1, 1), LocalDate.of(9999, 1, 1)), List.of(type)));
    }

    /** Once what was taken off is folded, a counter that has come to nothing is gone. */
    private void awaitRows(String counts, int rows) {
        await().untilAsserted(() -> assertThat(stored.text("SELECT count(*) FROM " + counts))
                .as(counts)
                .isEqualTo(Integer.toString(rows)));
    }

    @Test
    void whatIsOlderIsDeletedAndTheRollUpSaysSo() throws SQLException {
        stored.change("kept", "1").at(EDGE).store();
        stored.change("kept", "1").by("lee").at(EDGE.minusNanos(1000)).store();
        stored.change("kept", "1").by(null).at(EDGE.minusSeconds(86_400)).store();
        stored.change("kept", "1").by(null).at(EDGE.minusSeconds(86_401)).store();

        cleanUp("{\"days_to_keep\":40,\"dry_run\":true}")
                .statusCode(200)
                .body("deleted_count", equalTo(3))
                .body("dry_run", equalTo(true));
        assertThat(rows("kept")).isEqualTo(4);
        cleanUp("{\"days_to_keep\":40}")
                .statusCode(200)
                .body("deleted_count", equalTo(3))
                .body("retention_days", equalTo(40))
                .body("kept_since", equalTo(EDGE.toString()))
                .body("dry_run", equalTo(false));

        assertThat(rows("kept")).isEqualTo(1);
        assertThat(counted("kept")).isEqualTo(1);
        awaitRows("change_count", 1);
        cleanUp("{\"days_to_keep\":40}").body("deleted_count", equalTo(0));
    }

    @Test
    void manyAreDeletedInBatches() throws SQLException {
        stored.many("bulk", 12_345);
        stored.count(LocalDate.of(2025, 12, 31), "bulk", "UPDATE", "tester", 12_344);
        stored.count(LocalDate.of(2026, 1, 1), "bulk", "UPDATE", "tester", 1);

        cleanUp("{\"days_to_keep\":40}").statusCode(200).body("deleted_count", equalTo(12_345));

        assertThat(rows("bulk")).isZero();
        for (String counts : List.of("change_count", "change_count_by_type", "change_count_by_user")) {
            awaitRows(counts, 0);
        }
    }

    @Test
    void onlyTheEntityTypesThatAreNamedAreCleanedUp() throws SQLException {
        stored.change("one", "1").at("2020-01-01T00:00:00Z").store();
        stored.change("two", "1").at("2020-01-01T00:00:00Z").store();
        stored.change("three", "1").at("2020-01-01T00:00:00Z").store();

        assertThat(retention.cleanUp(30, List.of("one", "two"), true, "kim").deletedCount())
                .isEqualTo(2);
        assertThat(retention.cleanUp(30, List.of("one", "two"), false, "kim").deletedCount())
                .isEqualTo(2);

        assertThat(rows("three")).isEqualTo(1);
        assertThat(counted("three")).isEqualTo(1);
        awaitRows("change_count", 1);
    }

    @Test
    void aChangeThatComesLateStaysCounted() throws SQLException {
        stored.change("late", "1").at("2020-01-01T00:00:00Z").store();
        try (Connection connection = dataSource.getConnection()) {
            ExpiredChanges expired = new ExpiredChanges(connection, reading.database(), EDGE);
            assertThat(expired.deleteBatch("late")).isEqualTo(1);
            stored.change("late", "1").at("2020-01-01T00:00:01Z").store();
        }
        assertThat(counted("late")).isEqualTo(1);

        cleanUp("{}").body("deleted_count", equalTo(1));
        assertThat(counted("late")).isZero();
    }

    @Test
    void oneCleanupRunsAtATime() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                RetentionLock lock = RetentionLock.take(connection, reading.database())) {
            assertThat(lock.isTaken()).isTrue();
            cleanUp("{}").statusCode(409).body("detail", containsString("another cleanup is running"));
        }
        cleanUp("{}").statusCode(200).body("retention_days", equalTo(365));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "29 | Cannot retain audit logs for less than 30 days",
                "-1 | Cannot retain audit logs for less than 30 days",
                "3651 | Retention period cannot exceed 10 years"
            })
    void aPeriodOutOfBoundsIsRefused(int days, String detail) {
        cleanUp("{\"days_to_keep\":" + days + "}")
                .statusCode(400)
                .contentType("application/problem+json")
                .body("detail", equalTo(detail))
                .body("errors.field", hasItem("days_to_keep"));
        assertThatThrownBy(() -> retention.cleanUp(days, List.of(), true, null))
                .isInstanceOf(Problem.class)
                .hasMessage(detail);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"days_to_keep\":\"40\"} | 422 | days_to_keep",
                "{\"days_to_keep\":40.5} | 422 | days_to_keep",
                "{\"dry_run\":\"yes\"} | 422 | dry_run",
                "{\"dryrun\":true} | 422 | dryrun"
            })
    void aFieldThatIsWrongIsNamed(String body, int status, String field) {
        cleanUp(body).statusCode(status).body("errors.field", hasItem(field));
    }

    @Test
    void aRequestWithoutBodyIsRefused() {
        given().contentType("application/json")
                .post("/api/audit/cleanup")
                .then()
                .statusCode(400)
                .body("detail", containsString("needs a body"));
    }

    @Test
    @TestSecurity(user = "reader", roles = "reader")
    void aReaderMayNotCleanUp() {
        cleanUp("{}").statusCode(403).body("detail", containsString("operator"));
    }
}
