package io.alluvium.kit;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.restassured.response.ValidatableResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The dead letters of {@link SampleSink}, for tests that make some and look at them. */
final class Letters implements AutoCloseable {

    static final String PATH = "/api/sink/dead-letters";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final DataSource dataSource;
    private final SampleTopic topic;

    private Letters(String brokers, DataSource dataSource) {
        this.dataSource = dataSource;
        this.topic = new SampleTopic(brokers);
    }

    /** None of them is open. */
    static Letters discarded(String brokers, DataSource dataSource) {
        Letters letters = new Letters(brokers, dataSource);
        awaitFlush();
        for (int id : given().get(PATH + "?status=OPEN&limit=200").jsonPath().getList("items.id", Integer.class)) {
            given().delete(PATH + "/" + id).then().statusCode(200);
        }
        return letters;
    }

    static void flush() {
        given().post("/api/sink/flush").then().statusCode(200);
    }

    /** Where the broker or the sink may have to come back first. */
    static void awaitFlush() {
        await().atMost(PATIENCE).untilAsserted(Letters::flush);
    }

    static ValidatableResponse open(String query) {
        return given().get(PATH + "?status=OPEN" + query).then().statusCode(200);
    }

    static int newest() {
        return open("&limit=1").extract().path("items[0].id");
    }

    /** Sends texts that become dead letters. */
    String[] bad(int count) throws Exception {
        String[] texts = new String[count];
        for (int i = 0; i < count; i++) {
            texts[i] = "bad " + UUID.randomUUID();
        }
        topic.send(texts);
        flush();
        return texts;
    }

    void of(ProducerRecord<byte[], byte[]> record) throws Exception {
        topic.send(record);
        flush();
    }

    String text(String query) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getString(1) : "";
        }
    }

    /** Not without the books being looked at. */
    @Override
    public void close() {
        topic.close();
        flush();
        given().get("/api/sink/reconciliation").then().statusCode(200).body("balanced", equalTo(true));
    }
}
