package io.alluvium.webhook.token;

import static io.alluvium.webhook.token.TokenApi.TOKENS;
import static io.alluvium.webhook.token.TokenApi.post;
import static io.alluvium.webhook.token.TokenApi.put;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.agroal.api.AgroalDataSource;
import io.alluvium.webhook.WebhookStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(WebhookStack.class)
@TestSecurity(
        user = "kim",
        roles = {"operator", "token-user"})
class TokenResourceIT {

    @Inject
    AgroalDataSource dataSource;

    private final String type = "t" + UUID.randomUUID().toString().substring(0, 8);

    private String at(String service) {
        return TOKENS + service + "/" + type;
    }

    private List<String> texts(String query) throws SQLException {
        return TokenApi.texts(dataSource, query);
    }

    private List<String> trail(String service) throws SQLException {
        return texts("SELECT event_type || ' ' || actor || ' ' || (metadata ->> 'outcome') FROM audit_events"
                + " WHERE resource = 'token:" + service + "/" + type + "' ORDER BY timestamp, seq");
    }

    @Test
    void aTokenIsPutShownWithoutItselfHandedOutAndDeleted() throws SQLException {
        put(at("unknown"), "access-1", null, 3600)
                .statusCode(200)
                .header("Cache-Control", "no-store")
                .body("version", equalTo(1))
                .body("key_id", equalTo("k2"))
                .body("scope", equalTo("read"))
                .body("refreshable", equalTo(false))
                .body("expired", equalTo(false))
                .body("$", not(org.hamcrest.Matchers.hasKey("access_token")));
        String shown =
                given().get(at("unknown")).then().statusCode(200).extract().asString();
        assertThat(shown).doesNotContain("access-1").contains("\"expiring\":false");

        given().get(at("unknown") + "/valid")
                .then()
                .statusCode(200)
                .header("Cache-Control", "no-store")
                .body("access_token", equalTo("access-1"))
                .body("refreshed", equalTo(false))
                .body("refresh_error", nullValue());

        given().delete(at("unknown")).then().statusCode(204);
        given().delete(at("unknown")).then().statusCode(404);
        given().get(at("unknown"))
                .then()
                .statusCode(404)
                .header("Cache-Control", "no-store")
                .body("detail", equalTo("no token of service unknown and type " + type + " is stored"));
        given().get(at("unknown") + "/valid").then().statusCode(404);

        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(trail("unknown"))
                .containsExactly(
                        "token_put kim stored",
                        "token_read kim fresh",
                        "token_delete kim deleted",
                        "token_delete kim not_found",
                        "token_read kim failed"));
    }

    @Test
    void whatIsStoredIsEncrypted() throws SQLException {
        put(at("unknown"), "access-clear-text", "ok-clear-text", 3600).statusCode(200);

        assertThat(texts("SELECT encode(access_token, 'escape') || encode(refresh_token, 'escape') || encode("
                        + "refresh_token_hash, 'escape') || oauth_tokens::text FROM oauth_tokens WHERE token_type = '"
                        + type + "'"))
                .singleElement()
                .asString()
                .doesNotContain("clear-text");
        assertThat(texts("SELECT octet_length(refresh_token_hash) FROM oauth_tokens WHERE token_type = '" + type + "'"))
                .containsExactly("32");
    }

    @Test
    void aTokenIsFoundByItsRefreshToken() {
        put(at("zoho"), "access-x", "ok-lookup-" + type, 3600);

        post(TOKENS + "lookup", "{\"refresh_token\":\"ok-lookup-" + type + "\"}")
                .statusCode(200)
                .header("Cache-Control", "no-store")
                .body("service_name", equalTo("zoho"))
                .body("token_type", equalTo(type))
                .body("access_token", equalTo("access-x"));
        post(TOKENS + "lookup", "{\"refresh_token\":\"ok-lookup-" + type + "x\"}")
                .statusCode(404)
                .body("detail", equalTo("no token with this refresh token is stored"));
    }

    @Test
    void cleaningUpDeletesWhatCannotBeRefreshedAndOnlyOnDemandWhatCan() throws SQLException {
        put(TOKENS + "zoho/" + type + "a", "gone", null, 0);
        put(TOKENS + "zoho/" + type + "b", "gone", "ok-b", 0);
        put(TOKENS + "zoho/" + type + "c", "lasts", null, 3600);
        String left = "SELECT right(token_type, 1) FROM oauth_tokens WHERE token_type LIKE '" + type + "%' ORDER BY 1";

        int expired = post(TOKENS + "cleanup", "{\"dry_run\":true}").extract().path("count");
        assertThat(expired).isPositive();
        assertThat(texts(left)).containsExactly("a", "b", "c");

        post(TOKENS + "cleanup", "{}").statusCode(200).body("dry_run", equalTo(false));
        assertThat(texts(left)).containsExactly("b", "c");
        post(TOKENS + "cleanup", "{\"dry_run\":true}").body("count", equalTo(0));

        post(TOKENS + "cleanup", "{\"include_refreshable\":true}").body("count", org.hamcrest.Matchers.greaterThan(0));
        assertThat(texts(left)).containsExactly("c");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
        {}                                                            | 422 | access_token: is required (and 1 more)
        {"access_token":"","expires_in":1}                            | 422 | access_token: must have 1 to 16384
        {"access_token":"a\\u0000","expires_in":1}                    | 422 | access_token: must have 1 to 16384
        {"access_token":"hunter2","expires_in":-1}                    | 422 | expires_in: must be from 0 to 315360000
        {"access_token":"hunter2","expires_in":"1"}                   | 422 | expires_in: must be
        {"access_token":17,"expires_in":1}                            | 422 | access_token: must be
        {"access_token":"hunter2","expires_in":1,"token_type":"x"}    | 422 | token_type: is not a known field
        {"access_token":hunter2}                                      | 400 | not valid JSON
        {"access_token":"hunter2                                      | 400 | not valid JSON
        """)
    void aRequestThatIsNoneNamesTheFieldAndRepeatsNoToken(String body, int status, String detail) {
        given().contentType(ContentType.JSON)
                .body(body)
                .put(at("zoho"))
                .then()
                .statusCode(status)
                .body("detail", containsString(detail))
                .body(not(containsString("hunter2")));
    }

    @ParameterizedTest
    @CsvSource({"a b, service", "'', 404", "x/y, 404"})
    void namesArePlain(String service, String field) {
        given().get(TOKENS + service + "/oauth").then().statusCode(field.equals("404") ? 404 : 400);
    }

    @Test
    void aTokenUnderAKeyThatIsGoneSaysSo() throws SQLException {
        put(at("zoho"), "lost", null, 3600);
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE oauth_tokens SET key_id = 'k0' WHERE token_type = '" + type + "'");
        }

        given().get(at("zoho") + "/valid")
                .then()
                .statusCode(500)
                .body("detail", containsString("which is not configured: set webhook.token.keys.k0"));
        given().delete(at("zoho")).then().statusCode(204);
    }

    @Test
    void anAttemptThatEndsAtAKeyThatIsGoneIsWrittenDownAsSuch() throws SQLException {
        int id = put(at("other"), "lost", "ok-gone-" + type, 3600).extract().path("id");
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE oauth_tokens SET key_id = 'k0' WHERE token_type = '" + type + "'");
        }

        post(TOKENS + "lookup", "{\"refresh_token\":\"ok-gone-" + type + "\"}").statusCode(500);
        post(TOKENS + "refresh", "{\"id\":%d,\"access_token\":\"x\",\"expires_in\":1}".formatted(id))
                .statusCode(500);

        assertThat(texts("SELECT success || ' ' || error_message FROM token_refresh_audit WHERE token_id = " + id))
                .containsExactly("false the refresh token that was to stay cannot be decrypted");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(trail("other")).contains("token_lookup kim failed"));
    }

    @Test
    @TestSecurity(user = "reader", roles = "reader")
    void aReaderSeesNoToken() {
        given().get(at("zoho")).then().statusCode(404);
        given().get(at("zoho") + "/valid").then().statusCode(403).header("Cache-Control", "no-store");
        post(TOKENS + "lookup", "{\"refresh_token\":\"x\"}").statusCode(403);
        put(at("zoho"), "a", null, 1).statusCode(403);
    }

    @Test
    @TestSecurity(user = "operator", roles = "operator")
    void anOperatorWritesTokensAndDoesNotGetThem() {
        put(at("zoho"), "a", null, 1).statusCode(200);
        given().get(at("zoho") + "/valid").then().statusCode(403);
        post(TOKENS + "lookup", "{\"refresh_token\":\"x\"}").statusCode(403);
        given().delete(at("zoho")).then().statusCode(204);
    }

    @Test
    @TestSecurity(user = "app", roles = "token-user")
    void anApplicationGetsTokensAndWritesNone() {
        given().get(at("zoho") + "/valid").then().statusCode(404);
        put(at("zoho"), "a", null, 1).statusCode(403);
        given().delete(at("zoho")).then().statusCode(403);
        post(TOKENS + "cleanup", "{}").statusCode(403);
        post(TOKENS + "reencrypt", "{}").statusCode(403);
    }
}
