package io.alluvium.audit.calculation;

import static io.alluvium.audit.calculation.CalculationRequests.SQL;
import static io.alluvium.audit.calculation.CalculationRequests.created;
import static io.alluvium.audit.calculation.CalculationRequests.get;
import static io.alluvium.audit.calculation.CalculationRequests.newName;
import static io.alluvium.audit.calculation.CalculationRequests.post;
import static io.alluvium.audit.calculation.CalculationRequests.put;
import static io.alluvium.audit.calculation.CalculationRequests.system;
import static io.alluvium.audit.calculation.CalculationRequests.user;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.agroal.api.AgroalDataSource;
import io.alluvium.audit.AuditStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.hibernate.SessionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(AuditStack.class)
@TestSecurity(
        user = "ada",
        roles = {"emitter", "reader"})
class CalculationIT {

    @Inject
    EntityManager entities;

    @Inject
    AgroalDataSource dataSource;

    @Test
    void theEntitiesFitTheMigratedTables() {
        entities.getEntityManagerFactory()
                .unwrap(SessionFactory.class)
                .getSchemaManager()
                .validateMappedObjects();
    }

    @Test
    void aUserCalculationIsCreatedApprovedChangedAndDeleted() {
        String name = newName();
        int id = post("/user", user(name, ",\"advanced_config\":{\"z\":1.50,\"a\":[1]},\"description\":\"d\""))
                .statusCode(201)
                .body("name", equalTo(name))
                .body("created_by", equalTo("ada"))
                .body("approved_by", equalTo("system_auto_approval"))
                .body("approval_date", notNullValue())
                .body("is_active", equalTo(true))
                .body("source_model", equalTo("TrancheBal"))
                .body("group_level", equalTo("deal"))
                .extract()
                .path("id");

        assertThat(get("/user/" + id)
                        .statusCode(200)
                        .body("advanced_config.a", equalTo(List.of(1)))
                        .extract()
                        .asString())
                .containsPattern("\"z\": ?1.50");
        put("/user/" + id, "{\"source_field\":\"other\",\"description\":\"\"}")
                .statusCode(200)
                .body("source_field", equalTo("other"))
                .body("name", equalTo(name))
                .body("description", nullValue());
        post("/user/" + id + "/approve", "{\"approved_by\":\"grace\"}")
                .statusCode(200)
                .body("approved_by", equalTo("grace"));
        given().delete("/api/calculations/user/" + id)
                .then()
                .statusCode(200)
                .body("message", equalTo("User calculation '" + name + "' deleted successfully"));
        get("/user/" + id).statusCode(404).body("detail", equalTo("User calculation with ID " + id + " not found"));
    }

    @Test
    void aSystemCalculationIsCreatedApprovedAndDeleted() {
        String name = newName();
        int id = post("/system", system(name, "  " + SQL + " "))
                .statusCode(201)
                .body("raw_sql", equalTo(SQL))
                .body("created_by", equalTo("ada"))
                .body("approved_by", equalTo("system_auto_approval"))
                .extract()
                .path("id");

        get("/system/" + id).statusCode(200).body("result_column_name", equalTo("total"));
        post("/system/" + id + "/approve", "{\"approved_by\":\"grace\"}")
                .statusCode(200)
                .body("approved_by", equalTo("grace"));
        given().delete("/api/calculations/system/" + id)
                .then()
                .statusCode(200)
                .body("message", equalTo("System calculation '" + name + "' deleted successfully"));
        get("/system/" + id).statusCode(404).body("detail", equalTo("System calculation with ID " + id + " not found"));
    }

    @Test
    void aNameIsTakenWhileItsCalculationIsActiveAndNoLonger() {
        String name = newName();
        String taken = "User calculation with name '" + name + "' already exists at deal level";
        for (int i = 0; i < 3; i++) { // a second deletion of the same name was what the original could not do
            int id = created("/user", user(name, ""));
            post("/user", user(name, "")).statusCode(409).body("detail", equalTo(taken));
            post("/user", user(name, "").replace("\"deal\"", "\"tranche\"")).statusCode(i == 0 ? 201 : 409);
            given().delete("/api/calculations/user/" + id).then().statusCode(200);
        }
        int other = created("/user", user(newName(), ""));
        created("/user", user(name, ""));
        put("/user/" + other, "{\"name\":\"" + name + "\"}").statusCode(409).body("detail", equalTo(taken));

        String system = newName();
        created("/system", system(system, SQL));
        post("/system", system(system, SQL))
                .statusCode(409)
                .body("detail", equalTo("System calculation with name '" + system + "' already exists at deal level"));
    }

    @Test
    void ofManyWhoTakeANameAtOnceOneGetsIt() {
        assertThat(race(newName())).containsExactly(201, 409, 409, 409, 409, 409, 409, 409);
    }

    private static List<Integer> race(String name) {
        List<CompletableFuture<Integer>> racing = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> given().contentType("application/json")
                        .body(user(name, ""))
                        .post("/api/calculations/user")
                        .statusCode()))
                .toList();
        return racing.stream().map(CompletableFuture::join).sorted().toList();
    }

    @Test
    void noLogHasAValueOfARowThatTheDatabaseRefuses() {
        String name = newName();
        try (Logged logged = new Logged()) {
            race(name);

            assertThat(logged.text()).doesNotContain(name);
        }
    }

    @Test
    @DisabledIfSystemProperty(
            named = "db",
            matches = "sqlserver",
            disabledReason = "its messages always have the values")
    void noMessageOfTheDriverHasAValueOfARowThatTheDatabaseRefuses() throws SQLException {
        String report = newName();
        String row =
                "INSERT INTO calculation_usage (calculation_type, calculation_id, report_id, report_name, used_since)"
                        + " VALUES ('user', 0, '" + report + "', 'x', CURRENT_TIMESTAMP)";
        try (Connection connection = dataSource.getConnection();
                Statement insert = connection.createStatement()) {
            insert.execute(row);

            assertThatThrownBy(() -> insert.execute(row))
                    .hasMessageContaining("calculation_usage_report")
                    .hasMessageNotContaining(report);
        }
    }

    @Test
    void caseMattersInNamesAndABlankAtTheEndToPostgresqlOnly() {
        String name = newName();
        created("/user", user(name, ""));

        post("/user", user(name.toUpperCase(Locale.ROOT), "")).statusCode(201);
        post("/user", user(name + " ", "")).statusCode("sqlserver".equals(System.getProperty("db")) ? 409 : 201);
    }

    @Test
    void aWeightedAverageNeedsAWeight() {
        String weighted = user(newName(), "").replace("\"SUM\"", "\"WEIGHTED_AVG\"");
        String rule = "Weighted average calculations require a weight_field";

        post("/user", weighted).statusCode(400).body("detail", equalTo(rule));
        int id = created("/user", weighted.replace("\"group_level\"", "\"weight_field\":\"w\",\"group_level\""));
        put("/user/" + id, "{\"weight_field\":\"\"}").statusCode(400).body("detail", equalTo(rule));
        get("/user/" + id).body("weight_field", equalTo("w"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name | null | null",
                "name | \"  \" | blank",
                "name | \"a\\u0000\" | U+0000",
                "name | 7 | string",
                "nam | \"x\" | not a known field",
                "aggregation_function | \"MEDIAN\" | SUM, AVG, COUNT, MIN, MAX, WEIGHTED_AVG",
                "source_model | \"deal\" | Deal, Tranche, TrancheBal",
                "group_level | \"DEAL\" | deal, tranche",
                "source_field | \"\" | blank",
                "advanced_config | [1] | JSON object",
                "advanced_config | {\"a\":\"\\u0000\"} | U+0000",
                "advanced_config | {\"a\":1e99999} | digits",
            })
    void aWrongFieldIsNamed(String field, String value, String message) {
        String body = user("x", "").replaceFirst("\"" + field + "\":\"[^\"]*\",?", "");
        post(
                        "/user",
                        body.replaceFirst("\\{", "{\"" + field + "\":" + value.replace("\\", "\\\\") + ",")
                                .replace(",}", "}"))
                .statusCode(422)
                .contentType("application/problem+json")
                .body("errors.field", hasItem(field))
                .body("errors.message", hasItem(containsString(message)));
    }

    @Test
    void blankIsRefusedInAnUpdateToo() {
        int id = created("/user", user(newName(), ""));

        put("/user/" + id, "{\"name\":\" \"}").statusCode(422).body("errors.field", hasItem("name"));
        put("/user/" + id, "{\"source_field\":\"\"}").statusCode(422).body("errors.field", hasItem("source_field"));
    }

    @Test
    void tooLongIsRefused() {
        post("/user", user("x".repeat(101), "")).statusCode(422).body("errors.field", hasItem("name"));
        post("/user", user("x", ",\"description\":\"" + "x".repeat(501) + "\""))
                .statusCode(422)
                .body("errors.field", hasItem("description"));
        post("/user", user("x", ",\"advanced_config\":{\"a\":\"" + "x".repeat(20_000) + "\"}"))
                .statusCode(422)
                .body("errors.field", hasItem("advanced_config"));
        post("/system", system("x", "SELECT dl_nbr FROM d" + " ".repeat(20_000) + "x"))
                .statusCode(422)
                .body("errors.field", hasItem("raw_sql"));
    }

    @Test
    void sqlIsCheckedByTheSameRulesOnBothWays() {
        post("/system", system(newName(), "DROP TABLE deal"))
                .statusCode(422)
                .body("errors.message", hasItems("must start with SELECT", "must not contain DROP"));
        post("/system", system("x", SQL).replace("\"total\"", "\"1st\""))
                .statusCode(422)
                .body("errors.field", hasItem("result_column_name"));
        post("/validate-system-sql", "{\"raw_sql\":\"DROP TABLE deal\",\"group_level\":\"deal\"}")
                .statusCode(200)
                .body("is_valid", equalTo(false))
                .body("errors", hasItem("raw_sql must not contain DROP"));
        post("/validate-system-sql", "{\"raw_sql\":\"" + SQL + "\",\"group_level\":\"deal\"}")
                .statusCode(200)
                .body("is_valid", equalTo(true))
                .body("errors", hasSize(0));
    }

    @Test
    @TestSecurity(user = "reader", roles = "reader")
    void aReaderMayNotChangeAnything() {
        post("/user", user("x", "")).statusCode(403).body("detail", containsString("emitter"));
        given().delete("/api/calculations/system/1").then().statusCode(403);
        get("/config").statusCode(200);
    }
}
