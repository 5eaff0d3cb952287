package io.alluvium.webhook.intake;

import static io.alluvium.webhook.intake.Requests.body;
import static io.alluvium.webhook.intake.Requests.id;
import static io.alluvium.webhook.intake.Requests.zoho;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.agroal.api.AgroalDataSource;
import io.alluvium.webhook.StoredEvents;
import io.alluvium.webhook.WebhookStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(WebhookStack.class)
class LookUpIT {

    @Inject
    AgroalDataSource dataSource;

    @Inject
    StoredEvents stored;

    @Inject
    Replays replays;

    @Test
    void whatIsLookedUpIsFoundByIndexes() throws SQLException {
        assertThat(plan(LookUp.STORED_IDS.replace("?", "ARRAY[CAST('6ba7b811-9dad-11d1-80b4-00c04fd430c8' AS uuid)]")))
                .contains("webhook_events_pk")
                .doesNotContain("Seq Scan");
        assertThat(plan(LookUp.STORED_MATERIAL
                        .replace("ANY (?)", "ANY (ARRAY['a', 'b'])")
                        .replace("?", "now()")))
                .contains("webhook_events_body", "webhook_events_order")
                .doesNotContain("Seq Scan");
    }

    private String plan(String query) throws SQLException {
        StringBuilder plan = new StringBuilder();
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            // The table of a test is too small for an index to be worth it; by time alone it could be a long way.
            statement.execute("SET LOCAL enable_seqscan = off");
            try (ResultSet lines = statement.executeQuery("EXPLAIN " + query)) {
                while (lines.next()) {
                    plan.append(lines.getString(1)).append('\n');
                }
            }
            connection.rollback();
        }
        return plan.toString();
    }

    @Test
    void aDatabaseThatHangsKeepsNobodyWaiting() throws SQLException {
        String id = id();
        String body = body();
        zoho(id(), body()).statusCode(200);
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE webhook_events IN ACCESS EXCLUSIVE MODE");
            long began = System.nanoTime();
            zoho(id, body).statusCode(200).body("status", equalTo("accepted"));
            zoho(id(), body()).statusCode(200).body("status", equalTo("accepted"));

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
            connection.rollback();
        }
        stored.await("zoho", id);
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            replays.forget();
            zoho(id, body).body("status", equalTo("duplicate"));
        });
        assertThat(stored.count("zoho", id)).isEqualTo(1);
    }
}
