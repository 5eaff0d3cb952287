package io.alluvium.kit.security;

import static io.restassured.RestAssured.given;

import io.alluvium.kit.KitStack;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(KitStack.class)
@TestProfile(LocalProfileIT.Local.class)
class LocalProfileIT {

    public static final class Local implements QuarkusTestProfile {
        @Override
        public String getConfigProfile() {
            return LocalProfile.NAME;
        }
    }

    @Test
    void everybodyMayDoEverythingAndATokenDoesNoHarm() {
        given().get("/api/sink/status").then().statusCode(200);
        given().get("/api/samples/operator/only").then().statusCode(200);
        given().header("Authorization", "Bearer of no token")
                .get("/api/sink/status")
                .then()
                .statusCode(200);
    }

    @Test
    void whatNobodyOpenedStaysClosed() {
        given().get("/api/forgotten").then().statusCode(403);
    }
}
