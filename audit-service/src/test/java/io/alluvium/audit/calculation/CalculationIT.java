package io.alluvium.audit.calculation;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.alluvium.audit.AuditStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.hibernate.SessionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(AuditStack.class)
@TestSecurity(
        user = "ada",
        roles = {"emitter", "reader"})
class CalculationIT {

    private static final String SQL = "SELECT dl_nbr, SUM(x) AS total FROM tranchebal GROUP BY dl_nbr";

    @Inject
    EntityManager entities;

    private static String newName() {
        return "calc " + UUID.randomUUID();
    }

    private static String user(String name, String more) {
        return """
                {"name":"%s","aggregation_function":"SUM","source_model":"TrancheBal","source_field":"tr_end_bal_amt",\
                "group_level":"deal"%s}"""
                .formatted(name, more);
    }

    private static String system(String name, String sql) {
        return """
                {"name":"%s","raw_sql":"%s","result_column_name":"total","group_level":"deal"}"""
                .formatted(name, sql);
    }

    private static ValidatableResponse post(String path, String body) {
        return given().contentType("application/json")
                .body(body)
                .post("/api/calculations" + path)
                .then();
    }

    private static ValidatableResponse put(String path, String body) {
        return given().contentType("application/json")
                .body(body)
                .put("/api/calculations" + path)
                .then();
    }

    private static ValidatableResponse get(String path) {
        return given().get("/api/calculations" + path).then();
    }

    private static int created(String path, String body) {
        return post(path, body).statusCode(201).extract().path("id");
    }

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
        String name = newName();
        List<CompletableFuture<Integer>> racing = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> given().contentType("application/json")
                        .body(user(name, ""))
                        .post("/api/calculations/user")
                        .statusCode()))
                .toList();

        assertThat(racing.stream().map(CompletableFuture::join).sorted().toList())
                .containsExactly(201, 409, 409, 409, 409, 409, 409, 409);
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
    void theListIsPagedOverBothKinds() {
        List<Integer> users = new ArrayList<>();
        List<Integer> systems = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            users.add(created("/user", user(newName(), "")));
            systems.add(created("/system", system(newName(), SQL)));
        }
        List<Integer> seenUsers = new ArrayList<>();
        List<Integer> seenSystems = new ArrayList<>();
        String cursor = "";
        do {
            ValidatableResponse page =
                    get("?limit=3&group_level=deal&cursor=" + cursor).statusCode(200);
            List<Integer> pageUsers = page.extract().path("user_calculations.id");
            List<Integer> pageSystems = page.extract().path("system_calculations.id");
            assertThat(pageUsers.size() + pageSystems.size()).isBetween(0, 3);
            seenUsers.addAll(pageUsers);
            seenSystems.addAll(pageSystems);
            cursor = page.extract().path("next_cursor");
        } while (cursor != null);

        assertThat(seenUsers).containsAll(users).doesNotHaveDuplicates().isSortedAccordingTo((a, b) -> b - a);
        assertThat(seenSystems).containsAll(systems).doesNotHaveDuplicates().isSortedAccordingTo((a, b) -> b - a);
        get("?group_level=deal")
                .body("summary.user_calculation_count", equalTo(seenUsers.size()))
                .body("summary.system_calculation_count", equalTo(seenSystems.size()));
        get("?group_level=pool").statusCode(400).body("detail", containsString("deal, tranche"));
        get("?limit=1001").statusCode(422).body("errors.field", hasItem("limit"));
        get("?cursor=xyz").statusCode(400).body("errors.field", hasItem("cursor"));
    }

    @Test
    void usageIsWhatTheOwnersOfReportsTell() {
        String name = newName();
        int id = created("/user", user(name, ""));
        get("/user/" + id + "/usage").statusCode(200).body("is_in_use", equalTo(false));

        put("/user/" + id + "/usage/q3", "{\"report_name\":\"Third quarter\"}").statusCode(200);
        put("/user/" + id + "/usage/q3", "{\"report_name\":\"3rd quarter\"}").statusCode(200);

        get("/" + id + "/usage?calc_type=user")
                .statusCode(200)
                .body("calculation_name", equalTo(name))
                .body("is_in_use", equalTo(true))
                .body("report_count", equalTo(1))
                .body("reports[0].report_id", equalTo("q3"))
                .body("reports[0].report_name", equalTo("3rd quarter"));
        get("/" + id + "/usage").statusCode(400).body("detail", equalTo("calc_type must be 'user' or 'system'"));
        get("/system/2000000000/usage").statusCode(404);
        given().delete("/api/calculations/user/" + id + "/usage/q3")
                .then()
                .statusCode(200)
                .body("report_count", equalTo(0));
        given().delete("/api/calculations/user/" + id + "/usage/q3").then().statusCode(404);
    }

    @Test
    void countsConfigurationAndHealthAnswer() {
        created("/user", user(newName(), ""));
        int users = get("/stats/counts").statusCode(200).extract().path("user_calculations");
        assertThat(users).isPositive();
        get("/config")
                .statusCode(200)
                .body("aggregation_functions.value", hasItems("SUM", "WEIGHTED_AVG"))
                .body("source_models", hasItems("Deal", "Tranche", "TrancheBal"))
                .body("group_levels", hasItems("deal", "tranche"));
        get("/health").statusCode(200).body("status", equalTo("healthy"));
        get("/user/abc").statusCode(422).body("errors.field", hasItem("id"));
    }

    @Test
    @TestSecurity(user = "reader", roles = "reader")
    void aReaderMayNotChangeAnything() {
        post("/user", user("x", "")).statusCode(403).body("detail", containsString("emitter"));
        given().delete("/api/calculations/system/1").then().statusCode(403);
        get("/config").statusCode(200);
    }
}
