package io.alluvium.kit;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.agroal.api.AgroalDataSource;
import io.alluvium.localstack.LocalStack;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
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
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@WithTestResource(KitStack.class)
@TestSecurity(user = "olga", roles = "operator")
class DeadLetterIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String LETTERS = "/api/sink/dead-letters";

    @Inject
    SampleSink sink;

    @Inject
    AgroalDataSource dataSource;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String brokers;

    private SampleTopic topic;

    @BeforeEach
    void startWithoutLetters() throws SQLException {
        topic = new SampleTopic(brokers);
        await().atMost(PATIENCE).untilAsserted(DeadLetterIT::flush);
        for (int id : given().get(LETTERS + "?status=OPEN&limit=200").jsonPath().getList("items.id", Integer.class)) {
            given().delete(LETTERS + "/" + id).then().statusCode(200);
        }
    }

    @AfterEach
    void theBooksBalance() {
        sink.mend(false);
        topic.close();
        flush();
        given().get("/api/sink/reconciliation").then().statusCode(200).body("balanced", equalTo(true));
    }

    private static void flush() {
        given().post("/api/sink/flush").then().statusCode(200);
    }

    private static ValidatableResponse open(String query) {
        return given().get(LETTERS + "?status=OPEN" + query).then().statusCode(200);
    }

    private static int newest() {
        return open("&limit=1").extract().path("items[0].id");
    }

    private String text(String query) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getString(1) : "";
        }
    }

    private String[] bad(int count) throws Exception {
        String[] texts = new String[count];
        for (int i = 0; i < count; i++) {
            texts[i] = "bad " + UUID.randomUUID();
        }
        topic.send(texts);
        flush();
        return texts;
    }

    @Test
    void aLetterShowsTheRecordWithItsReason() throws Exception {
        String text = bad(1)[0];

        open("").body("items", hasSize(1))
                .body("next_cursor", nullValue())
                .body("items[0].topic", equalTo(SampleSink.TOPIC))
                .body("items[0].reason", equalTo("the text is bad"))
                .body("items[0].sql_state", nullValue())
                .body("items[0].failed_at", containsString("Z"))
                .body("items[0].status", equalTo("OPEN"))
                .body("items[0].key", equalTo(text))
                .body("items[0].payload", equalTo(text))
                .body("items[0].payload_encoding", equalTo("UTF_8"))
                .body("items[0].payload_size", equalTo(text.length()))
                .body("items[0].truncated", equalTo(false));
    }

    @Test
    void bytesThatAreNoTextAreShownInBase64AndNothingIsShownAsNothing() throws Exception {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(SampleSink.TOPIC, new byte[] {(byte) 0xff}, null);
        record.headers().add("text", "söme=%\n".getBytes(UTF_8)).add("binary", new byte[] {0, (byte) 0x80});
        record.headers().add("none", null).add("text", new byte[0]);
        topic.send(record);
        flush();

        given().get(LETTERS + "/" + newest())
                .then()
                .statusCode(200)
                .body("reason", equalTo("the record has no data"))
                .body("key", equalTo("/w=="))
                .body("key_encoding", equalTo("BASE64"))
                .body("payload", nullValue())
                .body("payload_encoding", nullValue())
                .body("payload_size", nullValue())
                .body("headers.name", equalTo(List.of("text", "binary", "none", "text")))
                .body("headers[0].value", equalTo("söme=%\n"))
                .body("headers[1].value", equalTo("AIA="))
                .body("headers[1].encoding", equalTo("BASE64"))
                .body("headers[2].value", nullValue())
                .body("headers[3].value", equalTo(""));
    }

    @Test
    void listsShowTheBeginningOfALongValueAndTheLetterAllOfIt() throws Exception {
        String text = "bad " + "\uD83D\uDE00".repeat(5000);
        topic.send(new ProducerRecord<>(SampleSink.TOPIC, text.getBytes(UTF_8)));
        flush();

        open("").body("items[0].truncated", equalTo(true))
                .body("items[0].payload", equalTo(text.substring(0, 4096)))
                .body("items[0].payload_size", equalTo(20004));
        given().get(LETTERS + "/" + newest())
                .then()
                .body("truncated", equalTo(false))
                .body("payload", equalTo(text));
    }

    @Test
    void pagesHoldEveryLetterOnceNewestFirst() throws Exception {
        bad(47);
        List<Integer> seen = new ArrayList<>();
        String cursor = "";
        do {
            ValidatableResponse page = open("&limit=23&cursor=" + cursor);
            seen.addAll(page.extract().path("items.id"));
            cursor = page.extract().path("next_cursor");
        } while (cursor != null);

        assertThat(seen).hasSize(47).doesNotHaveDuplicates().isSortedAccordingTo((a, b) -> b - a);
    }

    @Test
    void filtersNarrowTheList() throws Exception {
        bad(3);
        int partition = open("").extract().path("items[0].partition");
        open("&topic=kit.samples&reason=text is").body("items", hasSize(3));
        open("&topic=another").body("items", hasSize(0));
        open("&reason=%").body("items", hasSize(0));
        open("&sql_state=22001").body("items", hasSize(0));
        open("&partition=" + partition).body("items.size()", greaterThan(0));
        open("&partition=" + partition).body("items.partition.unique()", equalTo(List.of(partition)));
        given().get(LETTERS + "?status=DISCARDED&limit=1").then().statusCode(200);
    }

    @ParameterizedTest
    @CsvSource({
        "?status=open, 422, status",
        "?limit=0, 422, limit",
        "?limit=201, 422, limit",
        "?cursor=abc, 400, cursor",
        "?partition=x, 422, partition",
        "?topc=x, 400, topc",
        "?reason=%00, 422, reason",
        "?sql_state=12345678901, 422, sql_state",
        "/x, 422, id",
        "/99999999999999999999, 422, id"
    })
    void whatMakesNoSenseIsRefusedByName(String query, int status, String field) {
        given().urlEncodingEnabled(false)
                .get(LETTERS + query)
                .then()
                .statusCode(status)
                .contentType("application/problem+json")
                .body("errors[0].field", equalTo(field));
    }

    @Test
    void redriveAfterMendingTheCauseStoresTheRecordOnce() throws Exception {
        String text = bad(1)[0];
        int id = newest();
        sink.mend(true);

        given().post(LETTERS + "/" + id + "/redrive")
                .then()
                .statusCode(200)
                .body("status", equalTo("REDRIVEN"))
                .body("resolved_by", equalTo("olga"))
                .body("resolved_at", containsString("Z"));
        flush();

        assertThat(text("SELECT count(*) FROM sample WHERE text = '" + text + "'"))
                .isEqualTo("1");
        given().get(LETTERS + "/" + id).then().body("status", equalTo("REDRIVEN"));
        given().post(LETTERS + "/" + id + "/redrive")
                .then()
                .statusCode(409)
                .body("detail", containsString("REDRIVEN already, by olga"));
        given().delete(LETTERS + "/" + id).then().statusCode(409);
    }

    @Test
    void aRedrivenRecordIsTheSameToTheLastByte() throws Exception {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(SampleSink.TOPIC, 2, new byte[] {(byte) 0xff, 0}, "bad".getBytes(UTF_8));
        record.headers().add("ce_id", "1".getBytes(UTF_8)).add("binary", new byte[] {0, (byte) 0x80});
        record.headers().add("none", null).add("traceparent", "its own".getBytes(UTF_8));
        topic.send(record);
        flush();
        int first = newest();

        given().header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                .post(LETTERS + "/" + first + "/redrive")
                .then()
                .statusCode(200);
        flush();

        // Its cause is not mended, so it came back: as a new letter with the same content.
        int second = newest();
        assertThat(second).isGreaterThan(first);
        for (String what : List.of("headers", "record_key", "payload", "kafka_partition")) {
            String select = "SELECT " + what + " FROM dead_letter WHERE id = ";
            assertThat(text(select + second)).as(what).isEqualTo(text(select + first));
        }
    }

    @Test
    void manyAreOnlyCountedUntilOneMeansIt() throws Exception {
        bad(25);
        sink.mend(true);
        String redrive = LETTERS + "/redrive?reason=bad&topic=" + SampleSink.TOPIC;

        given().post(redrive)
                .then()
                .statusCode(200)
                .body("dry_run", equalTo(true))
                .body("matching", equalTo(25))
                .body("redriven", equalTo(0))
                .body("remaining", equalTo(25));
        open("&limit=200").body("items", hasSize(25));

        given().post(redrive + "&dry_run=false&limit=22")
                .then()
                .statusCode(200)
                .body("redriven", equalTo(22))
                .body("remaining", equalTo(3));
        int oldest = open("").body("items", hasSize(3)).extract().path("items[2].id");
        assertThat(text("SELECT max(id) FROM dead_letter WHERE status = 'REDRIVEN'"))
                .isEqualTo(String.valueOf(oldest - 1));

        given().post(redrive + "&dry_run=false")
                .then()
                .body("redriven", equalTo(3))
                .body("remaining", equalTo(0));
        flush();
        open("").body("items", hasSize(0));
    }

    @ParameterizedTest
    @CsvSource({"dry_run=ture, dry_run", "dry_run=FALSE, dry_run", "status=REDRIVEN, status", "limit=10001, limit"})
    void aRedriveThatIsNotClearlyMeantIsRefused(String query, String field) {
        given().post(LETTERS + "/redrive?" + query).then().statusCode(422).body("errors[0].field", equalTo(field));
    }

    @Test
    void aDiscardedLetterIsKeptWithWhoDiscardedIt() throws Exception {
        bad(1);
        int id = newest();

        given().delete(LETTERS + "/" + id)
                .then()
                .statusCode(200)
                .body("status", equalTo("DISCARDED"))
                .body("resolved_by", equalTo("olga"));
        given().get(LETTERS + "/" + id)
                .then()
                .body("status", equalTo("DISCARDED"))
                .body("resolved_by", equalTo("olga"))
                .body("payload", notNullValue());
        given().delete(LETTERS + "/" + id).then().statusCode(409).body("letter_status", equalTo("DISCARDED"));
        given().post(LETTERS + "/" + id + "/redrive").then().statusCode(409);
    }

    @Test
    void aLetterThatIsNotThereIsNotFound() {
        given().get(LETTERS + "/0").then().statusCode(404);
        given().post(LETTERS + "/0/redrive").then().statusCode(404);
        given().delete(LETTERS + "/0").then().statusCode(404);
    }

    @Test
    void whileTheBrokerIsAwayEverythingAnswersAndTheLetterStaysOpen() throws Exception {
        bad(1);
        int id = newest();
        LocalStack.shared().kafka().stop();
        try {
            given().get("/api/sink/status")
                    .then()
                    .statusCode(200)
                    .body("sinks[0].broker_problem", containsString("Kafka"))
                    .body("sinks[0].pending", nullValue())
                    .body("sinks[0].partitions[0].stored_offset", notNullValue())
                    .body("sinks[0].partitions[0].end_offset", nullValue());
            given().post("/api/sink/flush").then().statusCode(503).header("Retry-After", notNullValue());
            given().get("/api/sink/reconciliation")
                    .then()
                    .statusCode(200)
                    .body("topics[0].broker_problem", containsString("Kafka"))
                    .body("topics[0].partitions[0].current", nullValue());
            given().post(LETTERS + "/" + id + "/redrive").then().statusCode(503);
            given().post(LETTERS + "/redrive?dry_run=false")
                    .then()
                    .statusCode(503)
                    .body("redriven", equalTo(0))
                    .body("remaining", equalTo(1));
            open("").body("items.id", equalTo(List.of(id)));
        } finally {
            LocalStack.shared().kafka().start();
        }
        await().atMost(PATIENCE).untilAsserted(DeadLetterIT::flush);
    }
}
