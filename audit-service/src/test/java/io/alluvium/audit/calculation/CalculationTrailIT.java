package io.alluvium.audit.calculation;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agroal.api.AgroalDataSource;
import io.alluvium.audit.AuditStack;
import io.alluvium.emitter.ChangedBy;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is done to a calculation is on the trail, through outbox, topic and sink. */
@QuarkusTest
@QuarkusTestResource(AuditStack.class)
@TestSecurity(
        user = "ada",
        roles = {"emitter", "reader"})
class CalculationTrailIT {

    @Inject
    AgroalDataSource dataSource;

    @Inject
    UserCalculations calculations;

    private static Requests.NewUser request(String name) {
        return new Requests.NewUser(
                name, null, AggregationFunction.SUM, SourceModel.DEAL, "bal", null, GroupLevel.DEAL, null);
    }

    private static int create(String name) {
        return given().contentType("application/json")
                .body(
                        """
                        {"name":"%s","aggregation_function":"SUM","source_model":"Deal","source_field":"bal",\
                        "group_level":"deal","advanced_config":{"digits":1.50}}"""
                                .formatted(name))
                .post("/api/calculations/user")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    @Test
    void aCreationIsAnInsertByTheAuthorAndAnUpdateByTheApproval() {
        int id = create("trail " + UUID.randomUUID());

        List<String> changes = awaitChanges(id, 2);

        assertThat(changes.get(0)).startsWith("INSERT ada").contains("old=null", "fields=null");
        assertThat(changes.get(0)).contains("\"approved_by\":null", "\"aggregation_function\":\"SUM\"");
        assertThat(changes.get(1))
                .startsWith("UPDATE system_auto_approval")
                .contains("fields=[\"approval_date\",\"approved_by\",\"updated_at\"]")
                .contains("\"approved_by\":\"system_auto_approval\"")
                .contains("digits");
    }

    @Test
    void aDeletionIsAnUpdateOfIsActive() {
        int id = create("trail " + UUID.randomUUID());
        given().delete("/api/calculations/user/" + id).then().statusCode(200);

        assertThat(awaitChanges(id, 3).get(2))
                .startsWith("UPDATE ada")
                .contains("fields=[\"is_active\",\"updated_at\"]")
                .contains("\"is_active\":true", "\"is_active\":false");
    }

    @Test
    void anUpdateThatChangesOneFieldNamesItAndHasBothImagesWhole() {
        int id = create("trail " + UUID.randomUUID());
        given().contentType("application/json")
                .body("{\"source_field\":\"other\"}")
                .put("/api/calculations/user/" + id)
                .then()
                .statusCode(200);

        assertThat(awaitChanges(id, 3).get(2))
                .contains("fields=[\"source_field\",\"updated_at\"]")
                .contains("\"source_field\":\"bal\"", "\"source_field\":\"other\"")
                .containsPattern("old=\\{\"id\":" + id + ",.*\"weight_field\":null} new=\\{\"id\":" + id
                        + ",.*\"weight_field\":null}");
    }

    @Test
    void anUpdateThatChangesNothingIsNoChange() {
        int id = create("trail " + UUID.randomUUID());
        for (String nothing : List.of("{}", "{\"source_field\":\"bal\",\"group_level\":\"deal\"}")) {
            given().contentType("application/json")
                    .body(nothing)
                    .put("/api/calculations/user/" + id)
                    .then()
                    .statusCode(200);
        }
        given().delete("/api/calculations/user/" + id).then().statusCode(200);

        assertThat(awaitChanges(id, 3).get(2)).contains("fields=[\"is_active\",\"updated_at\"]");
    }

    @Test
    void whatIsRolledBackLeavesNothing() throws SQLException {
        String name = "rolled back " + UUID.randomUUID();
        QuarkusTransaction.begin();
        calculations.create(request(name));
        QuarkusTransaction.rollback();
        int later = create("trail " + UUID.randomUUID());

        awaitChanges(later, 2);
        assertThat(text("SELECT count(*) FROM audit_change WHERE entity_type = 'user_calculations' AND entity_id = '"
                        + (later - 1) + "'"))
                .isEqualTo("0");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> text("SELECT count(*) FROM outbox").equals("0"));
    }

    @Test
    @SuppressWarnings("try")
    void theInnermostScopeCountsAndTheOuterOneAgainAfterwards() {
        List<Integer> ids = new ArrayList<>();
        try (ChangedBy outer = ChangedBy.user("outer")) {
            QuarkusTransaction.requiringNew().run(() -> {
                UserCalculation one = calculations.create(request("trail " + UUID.randomUUID()));
                ids.add(one.id);
                try (ChangedBy inner = ChangedBy.user("inner")) {
                    one.description = "inner";
                    calculations.flush();
                }
                one.description = "outer";
                calculations.flush();
            });
        }

        List<String> changes = awaitChanges(ids.get(0), 4);
        assertThat(changes.get(2)).startsWith("UPDATE inner").contains("fields=[\"description\"]");
        assertThat(changes.get(3)).startsWith("UPDATE outer").contains("fields=[\"description\"]");
    }

    private List<String> awaitChanges(int id, int count) {
        return await().atMost(Duration.ofSeconds(30)).until(() -> changes(id), found -> found.size() == count);
    }

    private List<String> changes(int id) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        """
                        SELECT operation, changed_by, changed_fields, old_values, new_values FROM audit_change
                        WHERE entity_type = 'user_calculations' AND entity_id = '%d' ORDER BY id"""
                                .formatted(id))) {
            List<String> changes = new ArrayList<>();
            while (row.next()) {
                changes.add(row.getString(1) + " " + row.getString(2) + " fields=" + row.getString(3) + " old="
                        + row.getString(4) + " new=" + row.getString(5));
            }
            return changes;
        }
    }

    private String text(String query) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}
