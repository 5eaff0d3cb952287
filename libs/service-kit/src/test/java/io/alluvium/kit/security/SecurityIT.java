package io.alluvium.kit.security;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;

import io.alluvium.kit.KitStack;
import io.alluvium.kit.TestKeys;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(KitStack.class)
class SecurityIT {

    private static final String STATUS = "/api/sink/status";

    @TestHTTPResource(value = "/health/live", management = true)
    URI health;

    private static JwtClaimsBuilder claims(String... roles) {
        return Jwt.issuer(TestKeys.ISSUER)
                .upn("olga@example.org")
                .groups(Set.of(roles))
                .expiresAt(Instant.now().plusSeconds(60));
    }

    private static String token(String... roles) throws Exception {
        return claims(roles).sign(TestKeys.privateKey());
    }

    private static ValidatableResponse status(String token) {
        return given().header("Authorization", "Bearer " + token).get(STATUS).then();
    }

    private static void isRefused(ValidatableResponse answer) {
        answer.statusCode(401)
                .contentType("application/problem+json")
                .header("WWW-Authenticate", "Bearer")
                .body("status", equalTo(401));
    }

    @ParameterizedTest
    @ValueSource(strings = {"reader", "operator"})
    void eitherRoleWillDo(String role) throws Exception {
        status(token(role)).statusCode(200);
    }

    @Test
    void withoutATokenTheAnswerNamesTheRolesThatWouldDo() {
        ValidatableResponse answer = given().get(STATUS).then();
        isRefused(answer);
        answer.body("detail", containsString("reader or operator"));
    }

    @Test
    void withAnotherRoleTheAnswerNamesTheRolesThatWouldDo() throws Exception {
        status(token("emitter", "Operator"))
                .statusCode(403)
                .contentType("application/problem+json")
                .body("detail", containsString("reader or operator"));
        status(token()).statusCode(403);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /api/sink/flush",
        "POST, /api/sink/dead-letters/redrive",
        "POST, /api/sink/dead-letters/1/redrive",
        "DELETE, /api/sink/dead-letters/1"
    })
    void aReaderChangesNothing(String method, String path) throws Exception {
        given().header("Authorization", "Bearer " + token("reader", "emitter"))
                .request(method, path)
                .then()
                .statusCode(403)
                .body("detail", containsString("operator"));
        given().request(method, path).then().statusCode(401);
    }

    @Test
    void anExpiredTokenIsRefused() throws Exception {
        isRefused(status(claims("operator")
                .issuedAt(Instant.now().minusSeconds(7200))
                .expiresAt(Instant.now().minusSeconds(3600))
                .sign(TestKeys.privateKey())));
    }

    @Test
    void aTokenOfAnotherIssuerIsRefused() throws Exception {
        isRefused(status(
                claims("operator").issuer("https://elsewhere.example.org").sign(TestKeys.privateKey())));
    }

    @Test
    void aTokenSignedWithAnotherKeyIsRefused() {
        isRefused(status(claims("operator").sign(TestKeys.generate().getPrivate())));
    }

    @Test
    void aTokenThatWasChangedOrIsNotSignedIsRefused() throws Exception {
        String[] parts = token("reader").split("\\.");
        String payload = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
                .replace("reader", "operator");
        isRefused(status(parts[0] + "." + encoded(payload) + "." + parts[2]));
        isRefused(status(encoded("{\"alg\":\"none\",\"typ\":\"JWT\"}") + "." + encoded(payload) + "."));
    }

    private static String encoded(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "a.b.c", "..", "{}"})
    void whatIsNoTokenIsRefused(String token) {
        isRefused(status(token));
    }

    @Test
    void whatNobodyOpenedIsClosedToEverybody() throws Exception {
        given().header("Authorization", "Bearer " + token("emitter", "reader", "operator"))
                .get("/api/forgotten")
                .then()
                .statusCode(403);
    }

    @Test
    void healthIsOpenOnThePortOfItsOwnAndTheDescriptionTellsOfTheToken() {
        given().get(health).then().statusCode(200);
        given().get("/q/health").then().statusCode(404);
        given().accept("application/json")
                .get("/q/openapi")
                .then()
                .statusCode(200)
                .body("components.securitySchemes.bearer.bearerFormat", equalTo("JWT"))
                .body("paths.'/api/sink/flush'.post.responses", hasKey("default"));
    }
}
