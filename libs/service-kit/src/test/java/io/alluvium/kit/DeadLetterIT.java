package io.alluvium.kit;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.ArrayList;
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
class DeadLetterIT {

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
        letters.close();
    }

    @Test
    void aLetterShowsTheRecordWithItsReason() throws Exception {
        String text = letters.bad(1)[0];

        Letters.open("")
                .body("items", hasSize(1))
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
        letters.of(record);

        given().get(Letters.PATH + "/" + Letters.newest())
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
        letters.of(new ProducerRecord<>(SampleSink.TOPIC, text.getBytes(UTF_8)));

        Letters.open("")
                .body("items[0].truncated", equalTo(true))
                .body("items[0].payload", equalTo(text.substring(0, 4096)))
                .body("items[0].payload_size", equalTo(20004));
        given().get(Letters.PATH + "/" + Letters.newest())
                .then()
                .body("truncated", equalTo(false))
                .body("payload", equalTo(text));
    }

    @Test
    void pagesHoldEveryLetterOnceNewestFirst() throws Exception {
        letters.bad(47);
        List<Integer> seen = new ArrayList<>();
        String cursor = "";
        do {
            ValidatableResponse page = Letters.open("&limit=23&cursor=" + cursor);
            seen.addAll(page.extract().path("items.id"));
            cursor = page.extract().path("next_cursor");
        } while (cursor != null);

        assertThat(seen).hasSize(47).doesNotHaveDuplicates().isSortedAccordingTo((a, b) -> b - a);
    }

    @Test
    void filtersNarrowTheList() throws Exception {
        letters.bad(3);
        int partition = Letters.open("").extract().path("items[0].partition");
        Letters.open("&topic=kit.samples&reason=text is").body("items", hasSize(3));
        Letters.open("&topic=another").body("items", hasSize(0));
        Letters.open("&reason=%").body("items", hasSize(0));
        Letters.open("&sql_state=22001").body("items", hasSize(0));
        Letters.open("&partition=" + partition).body("items.size()", greaterThan(0));
        Letters.open("&partition=" + partition).body("items.partition.unique()", equalTo(List.of(partition)));
        given().get(Letters.PATH + "?status=DISCARDED&limit=1").then().statusCode(200);
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
                .get(Letters.PATH + query)
                .then()
                .statusCode(status)
                .contentType("application/problem+json")
                .body("errors[0].field", equalTo(field));
    }

    @Test
    void aLetterThatIsNotThereIsNotFound() {
        given().get(Letters.PATH + "/0").then().statusCode(404);
        given().post(Letters.PATH + "/0/redrive").then().statusCode(404);
        given().delete(Letters.PATH + "/0").then().statusCode(404);
    }
}
