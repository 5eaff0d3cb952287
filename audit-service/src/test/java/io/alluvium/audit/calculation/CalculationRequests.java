package io.alluvium.audit.calculation;

import static io.restassured.RestAssured.given;

import io.restassured.response.ValidatableResponse;
import java.util.UUID;

/** What the tests of the calculations resource ask for. */
final class CalculationRequests {

    static final String SQL = "SELECT dl_nbr, SUM(x) AS total FROM tranchebal GROUP BY dl_nbr";

    private CalculationRequests() {}

    static String newName() {
        return "calc " + UUID.randomUUID();
    }

    static String user(String name, String more) {
        return """
                {"name":"%s","aggregation_function":"SUM","source_model":"TrancheBal","source_field":"tr_end_bal_amt",\
                "group_level":"deal"%s}"""
                .formatted(name, more);
    }

    static String system(String name, String sql) {
        return """
                {"name":"%s","raw_sql":"%s","result_column_name":"total","group_level":"deal"}"""
                .formatted(name, sql);
    }

    static ValidatableResponse post(String path, String body) {
        return given().contentType("application/json")
                .body(body)
                .post("/api/calculations" + path)
                .then();
    }

    static ValidatableResponse put(String path, String body) {
        return given().contentType("application/json")
                .body(body)
                .put("/api/calculations" + path)
                .then();
    }

    static ValidatableResponse get(String path) {
        return given().get("/api/calculations" + path).then();
    }

    static int created(String path, String body) {
        return post(path, body).statusCode(201).extract().path("id");
    }
}
