package io.alluvium.audit.query;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.alluvium.audit.AuditStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(AuditStack.class)
@TestSecurity(user = "tester", roles = "reader")
class CalculationSearchResourceIT {

    @Inject
    CalculationTestTrail trail;

    @BeforeEach
    void store() throws SQLException {
        trail.clear();
        trail.user("1").at("2026-05-01T10:00:00Z").by("kim").store();
        trail.user("2")
                .at("2026-05-02T10:00:00Z")
                .by("lee")
                .update("{}", "{}", "[]")
                .store();
        trail.system("1").at("2026-05-03T10:00:00Z").by("kim").store();
        trail.system("3").at("2026-05-04T10:00:00Z").by("max").delete("{}").store();
    }

    private static ValidatableResponse search(String body) {
        return given().contentType("application/json")
                .body(body)
                .post("/api/calculations/audit/search")
                .then();
    }

    static Stream<Arguments> searches() {
        return Stream.of(
                Arguments.of("{}", List.of("s3", "s1", "u2", "u1")),
                Arguments.of(
                        "{\"calculation_ids\":[],\"calculation_types\":[],\"operations\":[],\"users\":[]}",
                        List.of("s3", "s1", "u2", "u1")),
                Arguments.of("{\"calculation_ids\":null,\"limit\":null}", List.of("s3", "s1", "u2", "u1")),
                Arguments.of("{\"calculation_ids\":[1]}", List.of("s1", "u1")),
                Arguments.of("{\"calculation_ids\":[1,2,2,9]}", List.of("s1", "u2", "u1")),
                Arguments.of("{\"calculation_ids\":[1],\"calculation_types\":[\"user\"]}", List.of("u1")),
                Arguments.of("{\"calculation_types\":[\"system\"]}", List.of("s3", "s1")),
                Arguments.of("{\"calculation_types\":[\"user\",\"system\"],\"limit\":2}", List.of("s3", "s1")),
                Arguments.of("{\"operations\":[\"delete\",\"Update\"]}", List.of("s3", "u2")),
                Arguments.of("{\"users\":[\"kim\",\"lee\"]}", List.of("s1", "u2", "u1")),
                Arguments.of("{\"users\":[\"kim\"],\"operations\":[\"UPDATE\"]}", List.of()),
                Arguments.of("{\"users\":[\"kim\"],\"calculation_ids\":[1,3]}", List.of("s1", "u1")),
                Arguments.of("{\"start_date\":\"2026-05-03T10:00:00Z\"}", List.of("s3", "s1")),
                Arguments.of("{\"end_date\":\"2026-05-02T12:00:00+02:00\"}", List.of("u2", "u1")),
                Arguments.of(
                        "{\"start_date\":\"2026-05-02T10:00:00Z\",\"end_date\":\"2026-05-02T11:00:00+01:00\"}",
                        List.of("u2")),
                Arguments.of("{\"end_date\":\"2026-05-02T09:59:59.999999Z\"}", List.of("u1")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("searches")
    void allConditionsMustHold(String body, List<String> found) {
        ValidatableResponse answer = search(body)
                .statusCode(200)
                .body("success", equalTo(true))
                .body("metadata.record_count", equalTo(found.size()));
        List<String> types = answer.extract().path("data.calculation_type");
        List<Integer> ids = answer.extract().path("data.calculation_id");
        List<String> names = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            names.add(types.get(i).charAt(0) + "" + ids.get(i));
        }
        assertThat(names).isEqualTo(found);
    }

    @Test
    void theAnswerRepeatsTheSearch() {
        search("{\"calculation_ids\":[1],\"operations\":[\"insert\"],\"users\":[\"kim\"],\"limit\":5,"
                        + "\"start_date\":\"2026-05-01T00:00:00+00:00\"}")
                .statusCode(200)
                .body("metadata.search_params.calculation_ids", contains(1))
                .body("metadata.search_params.operations", contains("insert"))
                .body("metadata.search_params.users", contains("kim"))
                .body("metadata.search_params.limit", equalTo(5))
                .body("metadata.search_params.start_date", equalTo("2026-05-01T00:00:00Z"))
                .body("metadata.search_params", not(hasKey("end_date")))
                .body("metadata.search_params", not(hasKey("calculation_types")));
    }

    @Test
    void pagesFollowOneAnother() {
        String cursor = search("{\"limit\":3}")
                .body("data.calculation_id", contains(3, 1, 2))
                .extract()
                .path("metadata.next_cursor");

        search("{\"limit\":3,\"cursor\":\"" + cursor + "\"}")
                .statusCode(200)
                .body("data.calculation_id", contains(1))
                .body("metadata.next_cursor", nullValue());
        search("{\"cursor\":\"nonsense\"}").statusCode(400).body("errors.field", contains("cursor"));
    }

    @Test
    void theLimitHasItsBounds() {
        search("{\"limit\":1}").statusCode(200).body("data", hasSize(1));
        search("{\"limit\":1000}").statusCode(200).body("data", hasSize(4));
        for (String wrong : List.of("0", "-1", "1001", "1.5", "\"5\"", "true", "99999999999")) {
            search("{\"limit\":" + wrong + "}")
                    .statusCode(422)
                    .contentType("application/problem+json")
                    .body("errors.field", contains("limit"));
        }
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of("{\"calculation_types\":[\"user\",\"x\",\"y\"]}", "Invalid calculation types: x, y"),
                Arguments.of("{\"operations\":[\"INSERT\",\"MERGE\",\"up\"]}", "Invalid operations: MERGE, up"),
                Arguments.of("{\"operations\":[\"\"]}", "Invalid operations: "),
                Arguments.of(
                        "{\"start_date\":\"2026-05-02T00:00:00Z\",\"end_date\":\"2026-05-02T01:00:00+02:00\"}",
                        "Start date cannot be after end date"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("refusals")
    void whatTheOriginalRefusesIsRefusedInItsWords(String body, String detail) {
        search(body).statusCode(400).contentType("application/problem+json").body("detail", equalTo(detail));
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                Arguments.of("{\"calculation_id\":[1]}", "calculation_id"),
                Arguments.of("{\"calculation_ids\":1}", "calculation_ids"),
                Arguments.of("{\"calculation_ids\":[1,\"a\"]}", "calculation_ids[1]"),
                Arguments.of("{\"calculation_ids\":[1,\"2\"]}", "calculation_ids[1]"),
                Arguments.of("{\"calculation_ids\":[1.5]}", "calculation_ids[0]"),
                Arguments.of("{\"calculation_ids\":[99999999999999999999]}", "calculation_ids[0]"),
                Arguments.of("{\"calculation_ids\":[1,null]}", "calculation_ids[1]"),
                Arguments.of("{\"operations\":\"INSERT\"}", "operations"),
                Arguments.of("{\"operations\":[null]}", "operations[0]"),
                Arguments.of("{\"calculation_types\":[5]}", "calculation_types[0]"),
                Arguments.of("{\"users\":[\"\"]}", "users[0]"),
                Arguments.of("{\"users\":[\"a\",\" \"]}", "users[1]"),
                Arguments.of("{\"users\":[\"" + "x".repeat(101) + "\"]}", "users[0]"),
                Arguments.of("{\"users\":[\"a\\u0000\"]}", "users[0]"),
                Arguments.of("{\"users\":[\"\\ud800\"]}", "users[0]"),
                Arguments.of("{\"start_date\":\"2026-05-02\"}", "start_date"),
                Arguments.of("{\"start_date\":\"2026-05-02T00:00:00\"}", "start_date"),
                Arguments.of("{\"end_date\":\"2026-02-30T00:00:00Z\"}", "end_date"),
                Arguments.of("{\"end_date\":\"10000-01-01T00:00:00Z\"}", "end_date"),
                Arguments.of("{\"end_date\":1700000000}", "end_date"),
                Arguments.of("{\"limit\":5,\"limit\":6}", "limit"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void aFieldThatCannotBeIsNamed(String body, String field) {
        search(body).statusCode(422).contentType("application/problem+json").body("errors.field", hasItem(field));
    }

    @ParameterizedTest
    @ValueSource(strings = {"calculation_ids", "calculation_types", "operations", "users"})
    void anArrayHasItsBound(String field) {
        String value =
                switch (field) {
                    case "calculation_ids" -> "1";
                    case "calculation_types" -> "\"user\"";
                    case "operations" -> "\"INSERT\"";
                    default -> "\"kim\"";
                };
        search("{\"" + field + "\":" + array(value, 100) + "}").statusCode(200).body("data", not(empty()));
        search("{\"" + field + "\":" + array(value, 101) + "}")
                .statusCode(413)
                .contentType("application/problem+json")
                .body("detail", containsString(field));
    }

    @Test
    void aHundredCalculationsOfBothTypesAreOneSearch() {
        String ids = IntStream.rangeClosed(1, 100).mapToObj(String::valueOf).collect(Collectors.joining(",", "[", "]"));

        search("{\"limit\":1000,\"calculation_ids\":" + ids + "}")
                .statusCode(200)
                .body("data", hasSize(4));
    }

    private static String array(String value, int count) {
        return IntStream.range(0, count).mapToObj(i -> value).collect(Collectors.joining(",", "[", "]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "{\"limit\":", "{} {}"})
    void aBodyThatIsNoSearchIsRefused(String body) {
        assertThat(search(body)
                        .contentType("application/problem+json")
                        .extract()
                        .statusCode())
                .isIn(400, 422);
    }

    @Test
    void aBodyThatIsNoObjectIsRefused() {
        search("[]").statusCode(422).contentType("application/problem+json");
        given().contentType("text/plain")
                .body("{}")
                .post("/api/calculations/audit/search")
                .then()
                .statusCode(415);
    }

    @Test
    @TestSecurity(user = "emitter", roles = "emitter")
    void onlyReadersMaySearch() {
        search("{}").statusCode(403).body("detail", containsString("reader"));
    }
}
