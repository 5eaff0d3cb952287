package io.alluvium.audit.intake;

import static io.alluvium.audit.FaultyChanges.SOUND;
import static io.alluvium.audit.FaultyChanges.with;
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
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@QuarkusTest
@QuarkusTestResource(AuditStack.class)
@TestSecurity(user = "tester", roles = "emitter")
class ChangeIntakeIT {

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

    @ParameterizedTest(name = "{1} {2}")
    @MethodSource("io.alluvium.audit.FaultyChanges#faults")
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

    @ParameterizedTest(name = "{1}")
    @MethodSource("io.alluvium.audit.FaultyChanges#broken")
    void aBodyThatIsNoChangeIsRefused(String body, String detail) {
        post(body).statusCode(400).contentType("application/problem+json").body("detail", containsString(detail));
    }

    @Test
    void moreEventsThanTheBoundAreRefused() {
        String line = SOUND.replace("\n", "") + "\n";

        post("[" + (SOUND + ",").repeat(10_000) + SOUND + "]")
                .statusCode(413)
                .contentType("application/problem+json")
                .body("detail", containsString("more than 10000"));
        post("application/x-ndjson", line.repeat(10_001).getBytes(StandardCharsets.UTF_8))
                .statusCode(413)
                .body("detail", containsString("more than 10000"));
    }

    @Test
    void anEventOverTheBoundIsRefusedAndNothingOfItsRequestIsPublished() throws SQLException {
        String large = with("new_values", "{\"a\":\"" + "x".repeat(1_000_000) + "\"}");
        long before = settled();

        post("[" + SOUND + "," + large + "]")
                .statusCode(413)
                .contentType("application/problem+json")
                .body("detail", containsString("[1] has 1000"));
        post(large).statusCode(413).body("detail", containsString("an event may have 1000000"));

        assertThat(settled()).isEqualTo(before);
    }

    @Test
    void moreThanOneValueIsRefused() {
        post(SOUND + SOUND).statusCode(400).body("detail", containsString("more than one"));
        post("[" + SOUND).statusCode(400).body("detail", containsString("not valid JSON"));
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
