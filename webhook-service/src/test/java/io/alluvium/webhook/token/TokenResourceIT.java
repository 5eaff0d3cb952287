package io.alluvium.webhook.token;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.agroal.api.AgroalDataSource;
import io.alluvium.webhook.FakeProvider;
import io.alluvium.webhook.WebhookStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(WebhookStack.class)
@TestSecurity(
        user = "kim",
        roles = {"operator", "token-user"})
class TokenResourceIT {

    private static final String TOKENS = "/api/tokens/";

    @Inject
    AgroalDataSource dataSource;

    private final String type = "t" + UUID.randomUUID().toString().substring(0, 8);

    private String at(String service) {
        return TOKENS + service + "/" + type;
    }

    private static ValidatableResponse put(String path, String access, String refresh, long expiresIn) {
        return given().contentType(ContentType.JSON)
                .body("{\"access_token\":\"%s\",\"refresh_token\":%s,\"expires_in\":%d,\"scope\":\"read\"}"
                        .formatted(access, refresh == null ? "null" : "\"" + refresh + "\"", expiresIn))
                .put(path)
                .then();
    }

    private static ValidatableResponse post(String path, String body) {
        return given().contentType(ContentType.JSON).body(body).post(path).then();
    }

    private List<String> texts(String query) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        }
    }

    private List<String> refreshAudit(String service) throws SQLException {
        return texts("SELECT success || ' ' || coalesce(error_message, '-') FROM token_refresh_audit"
                + " WHERE service_name = '" + service + "' AND token_type = '" + type + "' ORDER BY id");
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
    void aTokenThatEndsWithinFiveMinutesIsRefreshed() throws SQLException {
        String refresh = "ok-" + type;
        put(at("zoho"), "old", refresh, 299).body("expiring", equalTo(true)).body("refreshable", equalTo(true));

        given().get(at("zoho") + "/valid")
                .then()
                .statusCode(200)
                .body("access_token", equalTo(FakeProvider.access(refresh, 1)))
                .body("refreshed", equalTo(true));
        given().get(at("zoho") + "/valid")
                .then()
                .body("access_token", equalTo(FakeProvider.access(refresh, 1)))
                .body("refreshed", equalTo(false));

        given().get(at("zoho"))
                .then()
                .body("version", equalTo(2))
                .body("scope", equalTo("read"))
                .body("expiring", equalTo(false));
        assertThat(refreshAudit("zoho")).containsExactly("true -");
    }

    @Test
    void aTokenThatLastsIsNotRefreshed() throws SQLException {
        put(at("zoho"), "lasting", "ok-" + type, 310);

        given().get(at("zoho") + "/valid").then().body("access_token", equalTo("lasting"));

        assertThat(refreshAudit("zoho")).isEmpty();
    }

    @Test
    void aRefreshTokenThatRotatesIsKeptEachTime() throws SQLException {
        String first = "rotate-" + type;
        put(at("zoho"), "old", first, 0);

        given().get(at("zoho") + "/valid").then().body("access_token", equalTo(FakeProvider.access(first, 1)));
        post(at("zoho") + "/refresh", "").statusCode(200).body("version", equalTo(3));

        given().get(at("zoho") + "/valid")
                .then()
                .body("access_token", equalTo(FakeProvider.access(FakeProvider.next(first), 1)));
        post(TOKENS + "lookup", "{\"refresh_token\":\"" + FakeProvider.next(FakeProvider.next(first)) + "\"}")
                .statusCode(200)
                .body("token_type", equalTo(type));
        post(TOKENS + "lookup", "{\"refresh_token\":\"" + first + "\"}").statusCode(404);
    }

    @ParameterizedTest
    @CsvSource({
        "down, the provider answered 503",
        "garbage, the provider's answer is no JSON object",
        "huge, the provider's answer is larger than 65536 bytes",
        "early, the provider could not be asked: IOException",
        "redirect, 'the provider answered with a redirect (307), which is not followed'",
        "client, the provider answered 401 and invalid_client",
        "echo, the provider answered 400 and an error that is no code",
        "hang, the provider did not answer within 2000 ms"
    })
    void whileTheRefreshFailsTheOldTokenIsHandedOutAsLongAsItLasts(String kind, String reason) throws SQLException {
        put(at("zoho"), "still-good", kind + "-" + type, 200);

        given().get(at("zoho") + "/valid")
                .then()
                .statusCode(200)
                .body("access_token", equalTo("still-good"))
                .body("refreshed", equalTo(false))
                .body("refresh_error", equalTo(reason));

        assertThat(refreshAudit("zoho")).containsExactly("false " + reason);
        given().get(at("zoho")).then().body("refresh_error", equalTo(reason)).body("refreshable", equalTo(true));
    }

    @Test
    void anExpiredTokenThatCannotBeRefreshedNowIs503AndTheProviderIsLeftAloneForAWhile() throws SQLException {
        put(at("zoho"), "gone", "down-" + type, 0);

        for (int i = 0; i < 5; i++) {
            given().get(at("zoho") + "/valid")
                    .then()
                    .statusCode(503)
                    .header("Retry-After", notNullValue())
                    .body("detail", containsString("and was not refreshed: the provider answered 503"));
        }

        assertThat(refreshAudit("zoho")).hasSizeLessThan(5).isNotEmpty();
    }

    @Test
    void aRefusedRefreshTokenIsFinalUntilANewOneIsPut() throws SQLException {
        put(at("zoho"), "gone", "refused-" + type, 0);

        for (int i = 0; i < 3; i++) {
            given().get(at("zoho") + "/valid")
                    .then()
                    .statusCode(409)
                    .body("detail", containsString("the provider answered 400 and invalid_grant"));
        }
        post(at("zoho") + "/refresh", "").statusCode(409).body("detail", containsString("a new token must be put"));
        assertThat(refreshAudit("zoho")).containsExactly("false the provider answered 400 and invalid_grant");

        put(at("zoho"), "gone", "ok-" + type, 0)
                .body("refreshable", equalTo(true))
                .body("refresh_error", nullValue());
        given().get(at("zoho") + "/valid").then().statusCode(200).body("refreshed", equalTo(true));
    }

    @Test
    void withoutARefreshTokenOrAProviderAnExpiredTokenIs409() {
        put(at("zoho"), "gone", null, 0);
        given().get(at("zoho") + "/valid")
                .then()
                .statusCode(409)
                .body("detail", containsString("there is no refresh token"));

        put(at("unknown"), "gone", "ok-1", 0);
        given().get(at("unknown") + "/valid")
                .then()
                .statusCode(409)
                .body("detail", containsString("no provider is configured for unknown"));
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
    void tokensThatWereGotElsewhereAreStoredByIdAndEveryAttemptIsKept() throws SQLException {
        int id = put(at("zoho"), "old", "ok-" + type, 0).extract().path("id");

        post(TOKENS + "refresh", "{\"id\":%d,\"access_token\":\"new-one\",\"expires_in\":3600}".formatted(id))
                .statusCode(200)
                .body("version", equalTo(2));
        given().get(at("zoho") + "/valid").then().body("access_token", equalTo("new-one"));
        post(TOKENS + "lookup", "{\"refresh_token\":\"ok-" + type + "\"}").statusCode(200);
        assertThat(refreshAudit("zoho")).containsExactly("true -");

        int unknown = 1_000_000_000 + Math.abs(type.hashCode() % 1_000_000);
        post(TOKENS + "refresh", "{\"id\":%d,\"access_token\":\"x\",\"expires_in\":1}".formatted(unknown))
                .statusCode(404)
                .body("detail", equalTo("Token with ID " + unknown + " not found"));
        assertThat(texts("SELECT success || ' ' || error_message FROM token_refresh_audit WHERE token_id = " + unknown))
                .containsExactly("false Token with ID " + unknown + " not found");
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
