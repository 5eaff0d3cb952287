package io.alluvium.webhook.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.kit.Problem;
import io.alluvium.webhook.Signatures;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PayloadTest {

    private static final Source ZOHO =
            ConfiguredSource.verifier("zoho").secrets("x").source();
    private static final Source GENERIC = ConfiguredSource.verifier("zoho")
            .secrets("x")
            .key("format", "generic")
            .source();
    private static final Source GITHUB =
            ConfiguredSource.verifier("github").secrets("x").source();
    private static final Source STRIPE =
            ConfiguredSource.verifier("stripe").secrets("x").source();

    private static Payload read(Source source, Sent sent) {
        Delivery delivery = sent.delivery();
        return source.format().read(delivery.headers(), delivery.body());
    }

    private static List<ReceivedRecord> zoho(String body) {
        return read(ZOHO, Sent.body(body)).records();
    }

    private static void refuses(Source source, String body, int status, String detail) {
        assertThatThrownBy(() -> read(source, Sent.body(body))).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.status()).isEqualTo(status);
            assertThat(problem.detail()).contains(detail);
        });
    }

    @Test
    void everyRecordOfAZohoPayloadIsRead() {
        List<ReceivedRecord> records = zoho(
                """
                {"operation": "Create", "module": "Contacts", "user": {"name": "k", "id": 77},
                 "modified_fields": ["a", "b"], "token": "ignored", "data": [ {"id": "1", "x": [1.10]}, {"id": 2} ]}
                """);

        assertThat(records).hasSize(2).allSatisfy(record -> {
            assertThat(record.eventType()).isEqualTo("create");
            assertThat(record.module()).isEqualTo("Contacts");
            assertThat(record.userId()).isEqualTo("77");
            assertThat(record.modifiedFields()).hasToString("[\"a\", \"b\"]");
        });
        assertThat(records.get(0).recordId()).isEqualTo("1");
        assertThat(records.get(0).data()).hasToString("{\"id\": \"1\", \"x\": [1.10]}");
        assertThat(records.get(1).recordId()).isEqualTo("2");
        assertThat(records.get(1).data()).hasToString("{\"id\": 2}");
    }

    @Test
    void whatAPayloadDoesNotSayIsAnUpdateOfAccounts() {
        ReceivedRecord one = zoho("{\"data\":{}}").get(0);
        ReceivedRecord other = read(GENERIC, Sent.body("{}")).records().get(0);

        assertThat(one.eventType()).isEqualTo("update");
        assertThat(one.module()).isEqualTo("Accounts");
        assertThat(one.recordId()).isNull();
        assertThat(other.eventType()).isEqualTo("update");
        assertThat(other.module()).isEqualTo("Accounts");
        assertThat(other.data()).hasToString("{}");
    }

    @Test
    void theGenericPayloadHasOneRecord() {
        ReceivedRecord record = read(
                        GENERIC,
                        Sent.body("{\"event_type\":\"delete\",\"module\":\"Deals\",\"record_id\":\"d\","
                                + "\"record_data\":{\"a\":1},\"user_id\":\"u\",\"data\":17}"))
                .records()
                .get(0);

        assertThat(record.eventType()).isEqualTo("delete");
        assertThat(record.recordId()).isEqualTo("d");
        assertThat(record.data()).hasToString("{\"a\":1}");
        assertThat(record.userId()).isEqualTo("u");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                             | Invalid JSON payload: it is empty",
                "'   '                                          | Invalid JSON payload: it is empty",
                "hello                                          | Invalid JSON payload: not JSON at line 1",
                "'{\"data\":{}'                                 | Invalid JSON payload: not JSON",
                "'{}{}'                                         | more than one JSON value",
                "[]                                             | must be a JSON object",
                "17                                             | must be a JSON object",
                "'{\"data\":[]}'                                | data: must hold at least one",
                "'{\"data\":17}'                                | data: must be an object",
                "'{\"data\":[{},\"x\"]}'                        | data[1]: must be an object",
                "'{\"data\":{},\"operation\":\"drop\"}'         | operation: must be one of create, update, delete, restore",
                "'{\"data\":{},\"module\":\"accounts\"}'        | module: must be one of Accounts, Contacts, Deals",
                "'{\"event_type\":\"x\"}'                       | event_type: must be one of create",
                "'{\"data\":{},\"module\":[\"Accounts\"]}'      | module: must be a string",
                "'{\"data\":{},\"modified_fields\":\"a\"}'      | modified_fields: must be an array",
                "'{\"data\":{},\"modified_fields\":[1]}'        | modified_fields[0]: must be a string",
                "'{\"data\":{\"id\":{}}}'                       | data.id: must be a string",
                "'{\"record_data\":[]}'                         | record_data: must be an object",
                "'{\"data\":{\"a\":\"\\u0000\"}}'               | U+0000",
                "'{\"data\":{\"a\":\"\\ud800\"}}'               | half of a surrogate pair",
            })
    void aPayloadThatIsNoneIsRefusedWithItsField(String body, String detail) {
        refuses(ZOHO, body, 400, detail);
    }

    @Test
    void textThatIsTooLongOrNotUtf8IsRefused() {
        refuses(ZOHO, "{\"data\":{\"id\":\"" + "1".repeat(201) + "\"}}", 400, "data.id: must have at most 200");
        refuses(ZOHO, "[".repeat(103) + "]".repeat(103), 400, "JSON object");
        refuses(ZOHO, "{\"a\":" + "[".repeat(103) + "]".repeat(103) + "}", 400, "beyond a limit");
        byte[] body = Signatures.utf8("{\"data\":{\"id\":\"x\"}}");
        body[15] = (byte) 0xC3;
        assertThatThrownBy(() -> read(ZOHO, Sent.body(body))).hasMessageContaining("UTF-8");
    }

    @Test
    void tenThousandRecordsAreRead() {
        String records = IntStream.range(0, 10_000)
                .mapToObj(i -> "{\"id\":\"" + i + "\"}")
                .collect(Collectors.joining(","));

        assertThat(zoho("{\"data\":[" + records + "]}")).hasSize(10_000);
        refuses(ZOHO, "{\"data\":[" + records + ",{}]}", 413, "more than 10000 records");
        assertThat(read(STRIPE, Sent.body("[" + records + "]")).records()).hasSize(10_000);
        refuses(STRIPE, "[" + records + ",{}]", 413, "more than 10000 records");
    }

    @Test
    void anEventOfGithubIsNamedByHeaderAndAction() {
        Payload payload = read(
                GITHUB,
                Sent.body(" {\"action\":\"opened\",\"issue\":{\"id\":9007199254740993},\"repository\":{\"id\":5},"
                                + "\"sender\":{\"id\":3}} ")
                        .header("X-GitHub-Event", "issues"));
        ReceivedRecord record = payload.records().get(0);

        assertThat(record.eventType()).isEqualTo("issues.opened");
        assertThat(record.module()).isEqualTo("issues");
        assertThat(record.recordId()).isEqualTo("9007199254740993");
        assertThat(record.userId()).isEqualTo("3");
        assertThat(record.data().toString()).startsWith("{\"action\"").endsWith("}}");
        assertThat(payload.eventId()).isNull();
    }

    @Test
    void anEventOfStripeHasItsIdAndTimeInTheBody() {
        Payload payload = read(
                STRIPE,
                Sent.body("{\"id\":\"evt_1\",\"type\":\"charge.succeeded\",\"created\":1492774577,"
                        + "\"data\":{\"object\":{\"id\":\"ch_1\",\"object\":\"charge\"}}}"));
        ReceivedRecord record = payload.records().get(0);

        assertThat(payload.eventId()).isEqualTo("evt_1");
        assertThat(record.eventType()).isEqualTo("charge.succeeded");
        assertThat(record.module()).isEqualTo("charge");
        assertThat(record.recordId()).isEqualTo("ch_1");
        assertThat(record.at()).isEqualTo(Instant.ofEpochSecond(1492774577));
    }

    @Test
    void anArrayHasTheIdOfItsFirstElement() {
        Payload payload = read(STRIPE, Sent.body("[{\"id\":\"a\"},{\"id\":\"b\",\"type\":\"t\"}]"));

        assertThat(payload.eventId()).isEqualTo("a");
        assertThat(payload.records()).extracting(ReceivedRecord::ownId).containsExactly("a", "b");
        assertThat(read(STRIPE, Sent.body("[{\"id\":\"a\"},{}]")).eventId()).isNull();
        assertThat(payload.records()).extracting(ReceivedRecord::eventType).containsExactly("unknown", "t");
        refuses(STRIPE, "[]", 400, "at least one object");
        refuses(STRIPE, "[1]", 400, "[0]: must be an object");
        refuses(STRIPE, "\"x\"", 400, "object or an array");
    }

    @Test
    void pointersFollowTheirRfc() {
        Source source = ConfiguredSource.verifier("token")
                .secrets("x")
                .key("event-id", "/a~1b/1/~0c")
                .key("record-id", "/missing,/a~1b/0")
                .source();

        Payload payload = read(source, Sent.body("{\"a/b\":[5,{\"~c\":\"id\"}]}"));

        assertThat(payload.eventId()).isEqualTo("id");
        assertThat(payload.records().get(0).recordId()).isEqualTo("5");
    }
}
