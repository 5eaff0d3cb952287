package io.alluvium.webhook.token;

import static io.restassured.RestAssured.given;

import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** What tests of the endpoints of tokens have in common. */
final class TokenApi {

    static final String TOKENS = "/api/tokens/";

    private TokenApi() {}

    static ValidatableResponse put(String path, String access, String refresh, long expiresIn) {
        return given().contentType(ContentType.JSON)
                .body("{\"access_token\":\"%s\",\"refresh_token\":%s,\"expires_in\":%d,\"scope\":\"read\"}"
                        .formatted(access, refresh == null ? "null" : "\"" + refresh + "\"", expiresIn))
                .put(path)
                .then();
    }

    static ValidatableResponse post(String path, String body) {
        return given().contentType(ContentType.JSON).body(body).post(path).then();
    }

    static List<String> texts(DataSource dataSource, String query) throws SQLException {
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
}
