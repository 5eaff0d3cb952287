package io.alluvium.kit;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.agroal.api.AgroalDataSource;
import io.alluvium.localstack.LocalStack;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import jakarta.inject.Inject;
import java.util.List;
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
class RedriveIT {

    @Inject
    SampleSink sink;

    @Inject
    AgroalDataSource dataSource;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String brokers;

    private Letters letters;

    @BeforeEach
    void startWithoutLetters() {
        letters = Letters.discarded(brokers, dataSource);
    }

    @AfterEach
    void theBooksBalance() {
        sink.mend(false);
        letters.close();
    }

    @Test
    void redriveAfterMendingTheCauseStoresTheRecordOnce() throws Exception {
        String text = letters.bad(1)[0];
        int id = Letters.newest();
        sink.mend(true);

        given().post(Letters.PATH + "/" + id + "/redrive")
                .then()
                .statusCode(200)
                .body("status", equalTo("REDRIVEN"))
                .body("resolved_by", equalTo("olga"))
                .body("resolved_at", containsString("Z"));
        Letters.flush();

        assertThat(letters.text("SELECT count(*) FROM sample WHERE text = '" + text + "'"))
                .isEqualTo("1");
        given().get(Letters.PATH + "/" + id).then().body("status", equalTo("REDRIVEN"));
        given().post(Letters.PATH + "/" + id + "/redrive")
                .then()
                .statusCode(409)
                .body("detail", containsString("REDRIVEN already, by olga"));
        given().delete(Letters.PATH + "/" + id).then().statusCode(409);
    }

    @Test
    void aRedrivenRecordIsTheSameToTheLastByte() throws Exception {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(SampleSink.TOPIC, 2, new byte[] {(byte) 0xff, 0}, "bad".getBytes(UTF_8));
        record.headers().add("ce_id", "1".getBytes(UTF_8)).add("binary", new byte[] {0, (byte) 0x80});
        record.headers().add("none", null).add("traceparent", "its own".getBytes(UTF_8));
        letters.of(record);
        int first = Letters.newest();

        given().header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                .post(Letters.PATH + "/" + first + "/redrive")
                .then()
                .statusCode(200);
        Letters.flush();

        // Its cause is not mended, so it came back: as a new letter with the same content.
        int second = Letters.newest();
        assertThat(second).isGreaterThan(first);
        for (String what : List.of("headers", "record_key", "payload", "kafka_partition")) {
            String select = "SELECT " + what + " FROM dead_letter WHERE id = ";
            assertThat(letters.text(select + second)).as(what).isEqualTo(letters.text(select + first));
        }
    }

    @Test
    void manyAreOnlyCountedUntilOneMeansIt() throws Exception {
        letters.bad(25);
        sink.mend(true);
        String redrive = Letters.PATH + "/redrive?reason=bad&topic=" + SampleSink.TOPIC;

        given().post(redrive)
                .then()
                .statusCode(200)
                .body("dry_run", equalTo(true))
                .body("matching", equalTo(25))
                .body("redriven", equalTo(0))
                .body("remaining", equalTo(25));
        Letters.open("&limit=200").body("items", hasSize(25));

        given().post(redrive + "&dry_run=false&limit=22")
                .then()
                .statusCode(200)
                .body("redriven", equalTo(22))
                .body("remaining", equalTo(3));
        int oldest = Letters.open("").body("items", hasSize(3)).extract().path("items[2].id");
        assertThat(letters.text("SELECT max(id) FROM dead_letter WHERE status = 'REDRIVEN'"))
                .isEqualTo(String.valueOf(oldest - 1));

        given().post(redrive + "&dry_run=false")
                .then()
                .body("redriven", equalTo(3))
                .body("remaining", equalTo(0));
        Letters.flush();
        Letters.open("").body("items", hasSize(0));
    }

    @ParameterizedTest
    @CsvSource({"dry_run=ture, dry_run", "dry_run=FALSE, dry_run", "status=REDRIVEN, status", "limit=10001, limit"})
    void aRedriveThatIsNotClearlyMeantIsRefused(String query, String field) {
        given().post(Letters.PATH + "/redrive?" + query).then().statusCode(422).body("errors[0].field", equalTo(field));
    }

    @Test
    void aDiscardedLetterIsKeptWithWhoDiscardedIt() throws Exception {
        letters.bad(1);
        int id = Letters.newest();

        given().delete(Letters.PATH + "/" + id)
                .then()
                .statusCode(200)
                .body("status", equalTo("DISCARDED"))
                .body("resolved_by", equalTo("olga"));
        given().get(Letters.PATH + "/" + id)
                .then()
                .body("status", equalTo("DISCARDED"))
                .body("resolved_by", equalTo("olga"))
                .body("payload", notNullValue());
        given().delete(Letters.PATH + "/" + id).then().statusCode(409).body("letter_status", equalTo("DISCARDED"));
        given().post(Letters.PATH + "/" + id + "/redrive").then().statusCode(409);
    }

    @Test
    void whileTheBrokerIsAwayEverythingAnswersAndTheLetterStaysOpen() throws Exception {
        letters.bad(1);
        int id = Letters.newest();
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
            given().post(Letters.PATH + "/" + id + "/redrive").then().statusCode(503);
            given().post(Letters.PATH + "/redrive?dry_run=false")
                    .then()
                    .statusCode(503)
                    .body("redriven", equalTo(0))
                    .body("remaining", equalTo(1));
            Letters.open("").body("items.id", equalTo(List.of(id)));
        } finally {
            LocalStack.shared().kafka().start();
        }
        Letters.awaitFlush();
    }
}
