package io.alluvium.webhook.token;

import static io.alluvium.webhook.token.TokenApi.TOKENS;
import static io.alluvium.webhook.token.TokenApi.post;
import static io.alluvium.webhook.token.TokenApi.put;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.agroal.api.AgroalDataSource;
import io.alluvium.webhook.FakeProvider;
import io.alluvium.webhook.WebhookStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import jakarta.inject.Inject;
import java.sql.SQLException;
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
class TokenRefreshResourceIT {

    @Inject
    AgroalDataSource dataSource;

    private final String type = "t" + UUID.randomUUID().toString().substring(0, 8);

    private String at(String service) {
        return TOKENS + service + "/" + type;
    }

    private List<String> texts(String query) throws SQLException {
        return TokenApi.texts(dataSource, query);
    }

    private List<String> refreshAudit(String service) throws SQLException {
        return texts("SELECT success || ' ' || coalesce(error_message, '-') FROM token_refresh_audit"
                + " WHERE service_name = '" + service + "' AND token_type = '" + type + "' ORDER BY id");
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

        // One that hangs is waited for a while longer.
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(refreshAudit("zoho")).containsExactly("false " + reason));
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
        assertThat(refreshAudit("zoho")).containsExactly("false the provider answered 400 and invalid_grant");
        // Only an operator can make it ask again.
        post(at("zoho") + "/refresh", "").statusCode(409).body("detail", containsString("invalid_grant"));
        assertThat(refreshAudit("zoho")).hasSize(2);
        given().get(at("zoho") + "/valid")
                .then()
                .statusCode(409)
                .body("detail", containsString("a new token must be put"));
        assertThat(refreshAudit("zoho")).hasSize(2);

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
}
