package io.alluvium.audit.calculation;

import static io.alluvium.audit.calculation.CalculationRequests.SQL;
import static io.alluvium.audit.calculation.CalculationRequests.created;
import static io.alluvium.audit.calculation.CalculationRequests.get;
import static io.alluvium.audit.calculation.CalculationRequests.newName;
import static io.alluvium.audit.calculation.CalculationRequests.put;
import static io.alluvium.audit.calculation.CalculationRequests.system;
import static io.alluvium.audit.calculation.CalculationRequests.user;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;

import io.alluvium.audit.AuditStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.response.ValidatableResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** All calculations together: the list, who uses them, how many there are. */
@QuarkusTest
@QuarkusTestResource(AuditStack.class)
@TestSecurity(
        user = "ada",
        roles = {"emitter", "reader"})
class CalculationListIT {

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
    void usageIsPagedByReport() {
        int id = created("/system", system(newName(), SQL));
        List<String> reports = List.of("r1", "r2", "r3", "r4", "r5");
        for (String report : reports) {
            put("/system/" + id + "/usage/" + report, "{\"report_name\":\"Report\"}")
                    .statusCode(200);
        }
        for (String path : List.of("/system/" + id + "/usage?", "/" + id + "/usage?calc_type=system&")) {
            List<String> seen = new ArrayList<>();
            String cursor = "";
            do {
                ValidatableResponse page =
                        get(path + "limit=2&cursor=" + cursor).statusCode(200).body("report_count", equalTo(5));
                seen.addAll(page.extract().path("reports.report_id"));
                cursor = page.extract().path("next_cursor");
            } while (cursor != null);
            assertThat(seen).isEqualTo(reports);
        }
        get("/system/" + id + "/usage?cursor=xyz").statusCode(400).body("errors.field", hasItem("cursor"));
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
}
