package io.alluvium.kit;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@WithTestResource(KitStack.class)
class ProblemHttpIT {

    @TestHTTPResource("/api/samples")
    URI samples;

    private static ValidatableResponse post(String body) {
        return given().contentType("application/json")
                .body(body)
                .post("/api/samples")
                .then();
    }

    private static ValidatableResponse isProblem(ValidatableResponse answer, int status) {
        return answer.statusCode(status)
                .contentType("application/problem+json")
                .body("status", equalTo(status))
                .body("type", equalTo("about:blank"))
                .body("title", not(nullValue()))
                .body("detail", not(nullValue()));
    }

    @Test
    void whatIsRightIsReadAndWrittenInSnakeCase() {
        post("""
                {"sample_name": "a", "happened_at": "2026-11-20T19:00:00.5+01:00", "colour": "RED", "values": {"x": 1.10}}
                """)
                .statusCode(200)
                .body("sample_name", equalTo("a"))
                .body("happened_at", equalTo("2026-11-20T18:00:00.500Z"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            {"sample_name": "a", "colr": "RED"}                        | colr         | is not a known field; known are
            {"sample_name": "a", "values": {"q": 1}, "amount": "7"}    | amount       | must be an integer
            {"sample_name": "a", "amount": 1.5}                        | amount       | must be an integer
            {"sample_name": "a", "amount": 99999999999}                | amount       | must be an integer
            {"sample_name": "a", "amount": true}                       | amount       | must be an integer
            {"sample_name": "a", "amount": {}}                         | amount       | must be an integer
            {"sample_name": 5}                                         | sample_name  | must be a string
            {"sample_name": ["a"]}                                     | sample_name  | must be a string
            {"sample_name": "a", "colour": "PINK"}                     | colour       | must be one of RED, GREEN
            {"sample_name": "a", "colour": 1}                          | colour       | must be one of RED, GREEN
            {"sample_name": "a", "colour": ""}                         | colour       | must be one of RED, GREEN
            {"sample_name": "a", "done": "true"}                       | done         | must be true or false
            {"sample_name": "a", "done": 1}                            | done         | must be true or false
            {"sample_name": "a", "event_id": "1"}                      | event_id     | must be a UUID
            {"sample_name": "a", "tags": "x"}                          | tags         | must be an array
            {"sample_name": "a", "tags": ["x", 5]}                     | tags[1]      | must be a string
            {"sample_name": "a", "tags": ["x", "long"]}                | tags[1]      | size must be between 0 and 3
            {"sample_name": "a", "values": []}                         | values       | must be an object
            {"sample_name": "a", "happened_at": "2026-11-20T18:00:00"} | happened_at  | must be a time like
            {"sample_name": "a", "happened_at": "10000-01-01T00:00:00Z"} | happened_at | must be a time like
            {"sample_name": "a", "happened_at": "9999-12-31T23:59:59-01:00"} | happened_at | in the years 0001 to 9999 in UTC
            {"sample_name": "a", "happened_at": "2026-02-30T18:00:00Z"} | happened_at | does not exist
            {"sample_name": "a", "happened_at": 1700000000}            | happened_at  | must be a time
            {"sample_name": "a", "sample_name": "b"}                   | sample_name  | is there twice
            {"sample_name": "longer than ten"}                         | sample_name  | size must be between 0 and 10
            {"amount": 1}                                              | sample_name  | must not be null
            []                                                         | ''           | must be an object
            "text"                                                     | ''           | must be an object
            """)
    void aFieldThatCannotBeAcceptedIsNamed(String body, String field, String message) {
        isProblem(post(body), 422)
                .body("errors", hasSize(1))
                .body("errors[0].field", equalTo(field))
                .body("errors[0].index", nullValue())
                .body("errors[0].message", containsString(message))
                .body("detail", containsString(message))
                .body("instance", equalTo("/api/samples"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            {"sample_name": "a",}        | not valid JSON
            {"sample_name": "a"          | not valid JSON
            {'sample_name': 'a'}         | not valid JSON
            sample                       | not valid JSON
            """)
    void brokenJsonIsRefusedWithItsPlace(String body, String detail) {
        isProblem(post(body), 400).body("detail", containsString(detail)).body("detail", containsString("line 1"));
    }

    @Test
    void aWordThatIsNoJsonIsNotRepeated() {
        isProblem(post("{\"sample_name\": hunter2}"), 400)
                .body("detail", containsString("unrecognized word"))
                .body("detail", not(containsString("hunter2")));
    }

    @Test
    void textAfterTheEndIsRefused() {
        isProblem(post("{\"sample_name\":\"a\"} {}"), 422).body("detail", containsString("goes on after its end"));
    }

    @Test
    void aMissingBodyIsSaidToBeMissing() {
        isProblem(post(""), 400).body("detail", equalTo("the request needs a body"));
        isProblem(post("null"), 400).body("detail", equalTo("the request needs a body"));
    }

    @Test
    void brokenUtf8IsRefused() {
        byte[] body = "{\"sample_name\": \"a?\"}".getBytes(StandardCharsets.ISO_8859_1);
        body[18] = (byte) 0xE9;
        isProblem(
                        given().contentType("application/json")
                                .body(body)
                                .post("/api/samples")
                                .then(),
                        400)
                .body("detail", containsString("UTF-8"));
    }

    @Test
    void nestingAndNumbersBeyondAllBoundsAreRefused() {
        String deep = "{\"sample_name\":\"a\",\"values\":{\"x\":" + "[".repeat(150) + "]".repeat(150) + "}}";
        isProblem(post(deep), 400).body("detail", containsString("deeper than 100"));
        isProblem(post("{\"sample_name\":\"a\",\"values\":{\"x\":" + "9".repeat(1500) + "}}"), 400)
                .body("detail", containsString("more than 1000 characters"));
    }

    @Test
    void everyOffendingElementOfAnArrayIsNamedWithItsIndex() {
        isProblem(many("[{\"sample_name\":\"a\"},{\"sample_name\":\"longer than ten\"},{\"tags\":[\"long\"]}]"), 422)
                .body("errors.field", hasItems("sample_name", "tags[0]"))
                .body("errors.index", hasItems(1, 2))
                .body("errors", hasSize(3));
        isProblem(many("[{\"sample_name\":\"a\"},{\"sample_name\":\"b\",\"nope\":1}]"), 422)
                .body("errors[0].field", equalTo("nope"))
                .body("errors[0].index", equalTo(1))
                .body("detail", containsString("[1].nope: "));
    }

    private static ValidatableResponse many(String body) {
        return given().contentType("application/json")
                .body(body)
                .post("/api/samples/many")
                .then();
    }

    @Test
    void anArrayOverItsBoundIsTooLarge() {
        isProblem(many("[" + "{\"sample_name\":\"a\"},".repeat(5) + "{\"sample_name\":\"a\"}]"), 413)
                .body("detail", containsString("more than 5 elements"));
    }

    @Test
    void aBodyOverItsBoundIsTooLargeWithAndWithoutItsLength() throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        byte[] body = " ".repeat(5_000_000).getBytes(StandardCharsets.US_ASCII);
        for (String path : new String[] {"", "/bytes"}) {
            for (boolean chunked : new boolean[] {false, true}) {
                HttpRequest.BodyPublisher publisher = chunked
                        ? HttpRequest.BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(body))
                        : HttpRequest.BodyPublishers.ofByteArray(body);
                HttpResponse<String> answer = client.send(
                        HttpRequest.newBuilder(URI.create(samples + path))
                                .version(HttpClient.Version.HTTP_1_1)
                                .header("Content-Type", "application/json")
                                .POST(publisher)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(path + " " + chunked).isEqualTo(413);
                assertThat(answer.headers().firstValue("content-type").orElse(""))
                        .startsWith("application/problem+json");
                assertThat(answer.body()).contains("larger than the 204800 bytes");
            }
        }
        given().get("/api/samples/5").then().statusCode(200);
    }

    @Test
    void aParameterOfTheWrongTypeIsNamed() {
        isProblem(given().get("/api/samples?limit=abc").then(), 422)
                .body("errors[0].field", equalTo("limit"))
                .body("errors[0].message", containsString("must be an integer"));
        isProblem(given().get("/api/samples?limit=501").then(), 422)
                .body("errors[0].field", equalTo("limit"))
                .body("errors[0].message", containsString("less than or equal to 500"));
        isProblem(given().get("/api/samples?from=yesterday").then(), 422)
                .body("errors[0].field", equalTo("from"))
                .body("errors[0].message", containsString("must be a time like"));
        isProblem(given().get("/api/samples/abc").then(), 422).body("errors[0].field", equalTo("sample_id"));
    }

    @Test
    void aParameterThatNobodyKnowsIsRefusedWithItsName() {
        isProblem(given().get("/api/samples?limt=5").then(), 400)
                .body("errors[0].field", equalTo("limt"))
                .body("errors[0].message", equalTo("is not a known parameter; known are from, limit"));
        isProblem(given().get("/api/samples/5?x=").then(), 400).body("errors[0].field", equalTo("x"));
    }

    @Test
    void aWrongPathMethodOrTypeIsAnsweredWithWhatWouldBeRight() {
        isProblem(given().get("/api/nowhere").then(), 404).body("detail", equalTo("there is nothing at this path"));
        isProblem(given().get("/elsewhere").then(), 404);
        isProblem(given().get("/api/samples/1/2/3").then(), 404);
        isProblem(given().delete("/api/samples").then(), 405)
                .header("Allow", equalTo("GET, POST"))
                .body("detail", containsString("GET, POST"));
        isProblem(
                        given().contentType("text/plain")
                                .body("x")
                                .post("/api/samples/bytes")
                                .then(),
                        415)
                .header("Accept", equalTo("application/json, application/x-ndjson"))
                .body("detail", containsString("application/json, application/x-ndjson"));
        isProblem(given().accept("text/csv").get("/api/samples").then(), 406)
                .body("detail", containsString("application/json"));
    }

    @Test
    void aProblemThrownAnywhereBelowAResourceIsAnsweredAsItIs() {
        isProblem(given().get("/api/samples/fail/conflict").then(), 409).body("existing_id", equalTo(7));
        isProblem(given().get("/api/samples/fail/unavailable").then(), 503).header("Retry-After", equalTo("2"));
        isProblem(given().get("/api/samples/fail/later/x").then(), 404).body("detail", equalTo("sample x not found"));
        isProblem(given().get("/api/samples/fail/database").then(), 503).header("Retry-After", equalTo("5"));
    }

    @Test
    void whatNobodyForesawTellsNothingButItsId() {
        isProblem(given().get("/api/samples/fail/unforeseen").then(), 500)
                .body("error_id", not(nullValue()))
                .body(not(containsString("SELECT")))
                .body(not(containsString("Exception")));
    }
}
