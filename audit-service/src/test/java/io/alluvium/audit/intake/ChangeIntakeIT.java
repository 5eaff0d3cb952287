package io.alluvium.audit.intake;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;

import io.agroal.api.AgroalDataSource;
import io.alluvium.audit.AuditStack;
import io.alluvium.audit.Changes;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@QuarkusTest
@QuarkusTestResource(AuditStack.class)
@TestSecurity(user = "tester", roles = "emitter")
class ChangeIntakeIT {

    private static final String SOUND =
            """
            {"entity_type":"invoice","entity_id":"1","operation":"INSERT","new_values":{"amount":1.10},
             "changed_at":"2026-11-20T10:00:00Z"}""";

    @Inject
    AgroalDataSource dataSource;

    private static ValidatableResponse post(String contentType, byte[] body) {
        return given().contentType(contentType)
                .body(body)
                .post("/api/audit/changes")
                .then();
    }

    private static ValidatableResponse post(String body) {
        return post("application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void oneChangeIsAcceptedAndStored() throws SQLException {
        String id = post(SOUND)
                .statusCode(202)
                .body("accepted", equalTo(1))
                .extract()
                .path("event_ids[0]");

        awaitRows(List.of(id));
        assertThat(text("SELECT new_values FROM audit_change WHERE event_id = '" + id + "'"))
                .isEqualTo("{\"amount\":1.10}");
    }

    @Test
    void anArrayIsAcceptedAsAWhole() throws SQLException {
        String array = IntStream.range(0, 1000)
                .mapToObj(i -> Changes.update("array-" + i, i))
                .collect(Collectors.joining(",", "[", "]"));

        List<String> ids = post(array)
                .statusCode(202)
                .body("accepted", equalTo(1000))
                .extract()
                .path("event_ids");

        awaitRows(ids);
    }

    @Test
    void linesAreAcceptedAsAWhole() throws SQLException {
        String lines = Changes.update("line-1", 1) + "\n\n" + Changes.update("line-2", 2) + "\r\n";

        List<String> ids = post("application/x-ndjson", lines.getBytes(StandardCharsets.UTF_8))
                .statusCode(202)
                .body("event_ids", hasSize(2))
                .extract()
                .path("event_ids");

        awaitRows(ids);
    }

    @Test
    void aRepeatedRequestIsStoredOnce() throws SQLException {
        String id = UUID.randomUUID().toString();
        String change = with("event_id", "\"" + id.toUpperCase(java.util.Locale.ROOT) + "\"");

        post(change).statusCode(202).body("event_ids[0]", equalTo(id));
        post(change).statusCode(202).body("event_ids[0]", equalTo(id));
        String later = post(SOUND).statusCode(202).extract().path("event_ids[0]");

        awaitRows(List.of(later, id));
        assertThat(text("SELECT count(*) FROM audit_change WHERE event_id = '" + id + "'"))
                .isEqualTo("1");
    }

    /** The sound change with one more field, or with another value of a field. */
    private static String with(String field, String value) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("entity_type", "\"invoice\"");
        fields.put("entity_id", "\"1\"");
        fields.put("operation", "\"INSERT\"");
        fields.put("new_values", "{\"amount\":1.10}");
        fields.put("changed_at", "\"2026-11-20T10:00:00Z\"");
        fields.put(field, value);
        return fields.entrySet().stream()
                .map(entry -> "\"" + entry.getKey() + "\":" + entry.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    static Stream<Arguments> singleFaults() {
        return Stream.of(
                Arguments.of(with("entity_typ", "1"), "entity_typ", "no field"),
                Arguments.of(with("entity_type", "5"), "entity_type", "must be a string"),
                Arguments.of(with("entity_type", "\"" + "x".repeat(101) + "\""), "entity_type", "has 101"),
                Arguments.of(with("entity_type", "\"  \""), "entity_type", "blank"),
                Arguments.of(with("entity_id", "\"\""), "entity_id", "1 to 200"),
                Arguments.of(with("entity_id", "\"a\\u0000b\""), "entity_id", "U+0000"),
                Arguments.of(with("entity_id", "\"\\ud800\""), "entity_id", "surrogate"),
                Arguments.of(with("operation", "\"insert\""), "operation", "INSERT, UPDATE, DELETE"),
                Arguments.of(with("operation", "\"UPDATE\""), "old_values", "required for an UPDATE"),
                Arguments.of(with("old_values", "{}"), "old_values", "null for an INSERT"),
                Arguments.of(with("new_values", "[1]"), "new_values", "JSON object"),
                Arguments.of(with("new_values", "{\"a\":\"\\u0000\"}"), "new_values", "U+0000"),
                Arguments.of(with("changed_fields", "\"a\""), "changed_fields", "array"),
                Arguments.of(with("changed_fields", "[\"a\",1]"), "changed_fields[1]", "string"),
                Arguments.of(with("changed_fields", array("\"a\"", 1001)), "changed_fields", "at most 1000"),
                Arguments.of(with("changed_by", "\"" + "x".repeat(101) + "\""), "changed_by", "at most 100"),
                Arguments.of(with("correlation_id", "true"), "correlation_id", "string"),
                Arguments.of(with("changed_at", "\"2026-11-20T10:00:00\""), "changed_at", "zone"),
                Arguments.of(with("changed_at", "\"10000-01-01T00:00:00Z\""), "changed_at", "RFC 3339"),
                Arguments.of(with("changed_at", "\"9999-12-31T23:59:59-01:00\""), "changed_at", "9999"),
                Arguments.of(with("changed_at", "\"2026-02-30T00:00:00Z\""), "changed_at", "calendar"),
                Arguments.of(with("changed_at", "1700000000"), "changed_at", "RFC 3339"),
                Arguments.of(with("event_id", "\"42\""), "event_id", "UUID"),
                Arguments.of(SOUND.replace("\"entity_id\":\"1\",", ""), "entity_id", "required"),
                Arguments.of(SOUND.replaceFirst("\\{", "{\"operation\":\"INSERT\","), "operation", "twice"));
    }

    private static String array(String element, int count) {
        return IntStream.range(0, count).mapToObj(i -> element).collect(Collectors.joining(",", "[", "]"));
    }

    @ParameterizedTest(name = "{1} {2}")
    @MethodSource("singleFaults")
    void aFaultIsRefusedWithTheFieldAndNothingIsStored(String body, String field, String message) throws SQLException {
        long before = settled();

        post(body)
                .statusCode(422)
                .contentType("application/problem+json")
                .body("errors.field", hasItem(field))
                .body("errors.message", hasItem(containsString(message)));
        post("[" + SOUND + "," + body + "]").statusCode(422).body("errors.index", hasItem(1));

        assertThat(settled()).isEqualTo(before);
    }

    static Stream<Arguments> brokenBodies() {
        String deep = with("new_values", "{\"a\":" + "[".repeat(120) + "]".repeat(120) + "}");
        return Stream.of(
                Arguments.of("", "empty"),
                Arguments.of("{\"entity_type\":", "not valid JSON"),
                Arguments.of(SOUND + SOUND, "more than one"),
                Arguments.of("[" + SOUND, "not valid JSON"),
                Arguments.of(deep, "limit"),
                Arguments.of(with("new_values", "{\"a\":" + "1".repeat(2000) + "}"), "limit"),
                Arguments.of(array(SOUND, 10_001), "more than 10000"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("brokenBodies")
    void aBodyThatIsNoChangeIsRefused(String body, String detail) {
        post(body).statusCode(400).contentType("application/problem+json").body("detail", containsString(detail));
    }

    @Test
    void aValueThatIsNoObjectIsNamed() {
        post("17").statusCode(422).body("detail", containsString("JSON object"));
        post("[" + SOUND + ",17]").statusCode(422).body("errors.index", hasItem(1));
    }

    @Test
    void textThatIsNotUtf8IsRefused() {
        byte[] body = SOUND.getBytes(StandardCharsets.UTF_8);
        body[SOUND.indexOf("invoice")] = (byte) 0xC3;

        post("application/json", body).statusCode(400).body("detail", containsString("UTF-8"));
    }

    @Test
    void oneIdTwiceInARequestIsRefused() {
        String change = with("event_id", "\"0d6f1b3c-0000-4000-8000-000000000001\"");

        post("[" + SOUND + "," + change + "," + change + "]")
                .statusCode(422)
                .body("errors[0].field", equalTo("event_id"))
                .body("errors[0].index", equalTo(2))
                .body("errors[0].message", containsString("[1]"));
    }

    @Test
    void aBrokenLineIsNamed() {
        post("application/x-ndjson", (SOUND.replace("\n", "") + "\n{oops\n").getBytes(StandardCharsets.UTF_8))
                .statusCode(422)
                .body("errors[0].index", equalTo(1))
                .body("errors[0].message", containsString("not valid JSON"));
    }

    @Test
    void anotherContentTypeIsRefused() {
        post("text/plain", SOUND.getBytes(StandardCharsets.UTF_8))
                .statusCode(415)
                .contentType("application/problem+json");
    }

    @Test
    void aBodyOverTheBoundIsRefused() {
        byte[] large = new byte[17 * 1024 * 1024];
        post("application/json", large).statusCode(413).contentType("application/problem+json");
    }

    @Test
    @TestSecurity(user = "reader", roles = "reader")
    void aReaderMayNotReport() {
        post(SOUND).statusCode(403).contentType("application/problem+json").body("detail", containsString("emitter"));
    }

    @Test
    @TestSecurity
    void nobodyMayNotReport() {
        post(SOUND).statusCode(401).contentType("application/problem+json");
    }

    private void awaitRows(List<String> ids) {
        String list = ids.stream().map(id -> "'" + id + "'").collect(Collectors.joining(","));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> text("SELECT count(*) FROM audit_change WHERE event_id IN (" + list + ")")
                        .equals(String.valueOf(ids.size())));
    }

    private long settled() throws SQLException {
        return Long.parseLong(text("SELECT coalesce(sum(polled), 0) FROM sink_offset"));
    }

    private String text(String query) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getString(1) : "";
        }
    }
}
