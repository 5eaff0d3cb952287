package io.alluvium.audit.query;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;

import io.alluvium.audit.AuditStack;
import io.alluvium.audit.StoredChanges;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(AuditStack.class)
@TestSecurity(user = "reader", roles = "reader")
class ChangeExportIT {

    private static final String EXPORT = "/api/audit/changes/export";
    private static final int MANY = 100_000;

    @Inject
    StoredChanges stored;

    private static int port() {
        return ConfigProvider.getConfig().getValue("quarkus.http.test-port", Integer.class);
    }

    private static void ask(Socket socket, String query) throws IOException {
        socket.getOutputStream()
                .write(("GET " + EXPORT + "?" + query + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
    }

    /** A client that reads nothing but what the test reads. */
    private static Socket open(String query) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(8192);
        socket.connect(new java.net.InetSocketAddress("localhost", port()));
        socket.setSoTimeout(30_000);
        ask(socket, query);
        assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                .isEqualTo("HTTP/1.1 200");
        return socket;
    }

    @Test
    void everyChangeIsInTheFileOnceAndInOrder() throws Exception {
        stored.many("exported", MANY);
        Set<String> ids = new HashSet<>();
        String last = "9999";
        try (BufferedReader file = new BufferedReader(new InputStreamReader(
                given().queryParam("entity_type", "exported")
                        .get(EXPORT)
                        .then()
                        .statusCode(200)
                        .contentType("application/x-ndjson")
                        .header("Content-Disposition", containsString("audit-changes.ndjson"))
                        .extract()
                        .asInputStream(),
                StandardCharsets.UTF_8))) {
            for (String line = file.readLine(); line != null; line = file.readLine()) {
                assertThat(line).startsWith("{\"event_id\":\"").endsWith(",\"correlation_id\":null}");
                ids.add(line.substring(13, 49));
                int time = line.indexOf("\"changed_at\":\"") + 14;
                assertThat(line.substring(time, time + 20)).isLessThanOrEqualTo(last);
                last = line.substring(time, time + 20);
            }
        }
        assertThat(ids).hasSize(MANY);
        assertThat(stored.text("SELECT count(*) FROM audit_change WHERE entity_type = 'exported'"))
                .isEqualTo("" + MANY);
    }

    @Test
    void aLineIsTheChangeAsTheSearchAnswersIt() throws SQLException {
        stored.change("line", "ü\"1\"\n")
                .update("{ \"a\":1.10,\r\n \"b\":\"\\n\" }", "{}", "[\"a\", \"b\"]")
                .by(null)
                .correlation("c")
                .at("2026-05-01T10:00:00.000001Z")
                .store();

        String line = given().queryParam("entity_type", "line").get(EXPORT).asString();
        String found = given().queryParam("entity_type", "line")
                .get("/api/audit/changes")
                .asString();

        assertThat(line).endsWith("}\n").contains("\"old_values\":{ \"a\":1.10,   \"b\":\"\\n\" }");
        assertThat(found.replace("1.10,\r\n", "1.10,  ")).contains(line.strip());
    }

    @Test
    void csvIsQuoted() throws SQLException {
        UUID id = stored.change("csv", "a,\"b\"\nc")
                .insert("{\"x\":\"y\"}")
                .by(null)
                .correlation("=1+1")
                .at("2026-05-01T10:00:00Z")
                .store();

        String file = given().queryParam("entity_type", "csv")
                .queryParam("format", "csv")
                .get(EXPORT)
                .then()
                .statusCode(200)
                .contentType(containsString("text/csv"))
                .extract()
                .asString();

        assertThat(file)
                .isEqualTo("event_id,entity_type,entity_id,operation,old_values,new_values,changed_fields,changed_by,"
                        + "changed_at,correlation_id\r\n"
                        + id
                        + ",csv,\"a,\"\"b\"\"\nc\",INSERT,,\"{\"\"x\"\":\"\"y\"\"}\",,,2026-05-01T10:00:00Z,=1+1\r\n");
    }

    @Test
    void anExportOfNothingIsEmpty() {
        assertThat(given().queryParam("entity_type", "none").get(EXPORT).asString())
                .isEmpty();
    }

    @Test
    void anExportIsCompressedForThoseWhoCan() throws SQLException {
        stored.many("exported-zip", 100);

        given().header("Accept-Encoding", "gzip")
                .queryParam("entity_type", "exported-zip")
                .get(EXPORT)
                .then()
                .header("Content-Encoding", equalTo("gzip"))
                .body(containsString("exported-zip"));
    }

    @ParameterizedTest
    @CsvSource({"format, xml, must be one of", "operation, x, must be one of", "from, x, must be a time"})
    void aWrongParameterIsNamed(String name, String value, String message) {
        given().queryParam(name, value)
                .get(EXPORT)
                .then()
                .statusCode(422)
                .body("errors.field", hasItem(name))
                .body("errors.message", hasItem(containsString(message)));
    }

    @Test
    void tooManyExportsAreRefusedAndAClientThatLeavesMakesRoom() throws Exception {
        stored.many("export-busy", MANY);
        Socket[] clients = new Socket[4];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = open("entity_type=export-busy");
        }
        given().queryParam("entity_type", "none")
                .get(EXPORT)
                .then()
                .statusCode(503)
                .contentType("application/problem+json")
                .header("Retry-After", notNullValue())
                .body("detail", containsString("4 exports are running"));
        for (Socket client : clients) {
            client.close();
        }
        await().untilAsserted(() ->
                given().queryParam("entity_type", "none").get(EXPORT).then().statusCode(200));
    }

    @Test
    void clientsThatLeaveAtOnceLeaveNoExportBehind() throws Exception {
        stored.many("export-left", MANY);
        IntStream.range(0, 2000).parallel().forEach(one -> {
            try (Socket client = new Socket("localhost", port())) {
                client.setSoLinger(true, 0); // gone without a word
                ask(client, "entity_type=export-left");
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
        List<Socket> clients = new ArrayList<>();
        while (clients.size() < 4) {
            await().untilAsserted(() -> clients.add(open("entity_type=export-left")));
        }
        for (Socket client : clients) {
            client.close();
        }
    }

    @RepeatedTest(5)
    void aFailureOnTheWayIsSeenByTheClient() throws Exception {
        stored.execute("DELETE FROM audit_change WHERE entity_type = 'export-broken'");
        stored.many("export-broken", MANY);
        byte[] rest;
        try (Socket client = open("entity_type=export-broken")) {
            stored.rename("audit_change", "audit_change_away");
            rest = readAll(client);
        } finally {
            stored.rename("audit_change_away", "audit_change");
        }
        String end = new String(rest, Math.max(0, rest.length - 100), Math.min(100, rest.length));
        assertThat(rest.length).isGreaterThan(100_000);
        assertThat(end).doesNotEndWith("0\r\n\r\n").doesNotContain("error_id");
    }

    private static byte[] readAll(Socket client) throws IOException {
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        try {
            client.getInputStream().transferTo(all);
        } catch (java.net.SocketException reset) {
            // that is one way to see it
        }
        return all.toByteArray();
    }
}
