package io.alluvium.webhook.query;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.agroal.api.AgroalDataSource;
import io.alluvium.webhook.WebhookStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(WebhookStack.class)
@TestSecurity(user = "reader", roles = "reader")
class AgentEventResourceIT {

    private static final String EVENTS = "/api/agents/events";
    private static final String INSERT =
            """
            INSERT INTO audit_events (event_id, session_id, event_type, timestamp, actor, action, resource, metadata,
                                      kafka_partition, kafka_offset)
            VALUES (?, ?, ?, ?, ?, 'act', ?, ?::json, 1, 2)
            """;

    @Inject
    AgroalDataSource dataSource;

    private final String unique = UUID.randomUUID().toString();
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);

    private void store(String session, String type, Instant time, String actor, String resource, String metadata)
            throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setObject(1, UUID.randomUUID());
            insert.setString(2, session);
            insert.setString(3, type);
            insert.setObject(4, time.atOffset(ZoneOffset.UTC));
            insert.setString(5, actor);
            insert.setString(6, resource);
            insert.setString(7, metadata);
            insert.executeUpdate();
        }
    }

    private List<String> walk(Map<String, ?> filter, int limit) {
        List<String> ids = new ArrayList<>();
        String cursor = null;
        do {
            JsonPath page = given().queryParams(filter)
                    .queryParam("limit", limit)
                    .queryParams(cursor == null ? Map.of() : Map.of("cursor", cursor))
                    .get(EVENTS)
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            List<String> found = page.getList("events.event_id");
            assertThat(found.size()).isLessThanOrEqualTo(limit);
            ids.addAll(found);
            cursor = page.getString("next_cursor");
        } while (cursor != null);
        return ids;
    }

    @Test
    void anEventIsAnsweredAsItWasSent() throws SQLException {
        String metadata = "{ \"z\":1.50,\"a\":1e400 }";
        store(unique, "tool_error", now, "kim", "Accounts/1", metadata);

        String body = given().queryParam("session_id", unique)
                .get(EVENTS)
                .then()
                .statusCode(200)
                .body("events[0].event_type", equalTo("tool_error"))
                .body("events[0].timestamp", equalTo(now.toString()))
                .body("events[0].actor", equalTo("kim"))
                .body("events[0].resource", equalTo("Accounts/1"))
                .body("events[0].kafka_offset", equalTo(2))
                .body("next_cursor", nullValue())
                .extract()
                .asString();

        assertThat(body).contains("\"metadata\":" + metadata).doesNotContain("\"seq\"");
    }

    @Test
    void everyFilterAndEveryPageFindWhatIsThereNewestFirst() throws SQLException {
        long seed = System.nanoTime();
        System.out.println("seed=" + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 400; i++) {
            // Many at one moment, over three months.
            Instant time = now.minus(Duration.ofDays(random.nextInt(4) * 25L));
            store(
                    pick(random, "s1", "s2", null),
                    pick(random, "t1", "t2", "t3"),
                    time,
                    pick(random, "a1", "a2", null),
                    pick(random, "r1", "r2", null),
                    null);
        }
        for (int i = 0; i < 30; i++) {
            Map<String, Object> filter = new HashMap<>();
            filter.put("event_type", unique + pick(random, "t1", "t2", "t3"));
            put(filter, "session_id", pick(random, "s1", "s2", null, null));
            put(filter, "actor", pick(random, "a1", "a2", null, null));
            put(filter, "resource", pick(random, "r1", "r2", null, null));
            if (random.nextBoolean()) {
                filter.put("from", now.minus(Duration.ofDays(50)).toString());
            }
            if (random.nextBoolean()) {
                filter.put("to", now.minus(Duration.ofDays(25)).toString());
            }

            assertThat(walk(filter, 1 + random.nextInt(20)))
                    .as(filter.toString())
                    .isEqualTo(expected(filter));
        }
    }

    private String pick(Random random, String... values) {
        String value = values[random.nextInt(values.length)];
        return value == null ? null : unique + value;
    }

    private void put(Map<String, Object> filter, String name, String value) {
        if (value != null) {
            filter.put(name, value);
        }
    }

    private List<String> expected(Map<String, Object> filter) throws SQLException {
        String conditions = filter.entrySet().stream()
                .map(condition -> switch (condition.getKey()) {
                    case "from" -> "timestamp >= '" + condition.getValue() + "'";
                    case "to" -> "timestamp <= '" + condition.getValue() + "'";
                    default -> condition.getKey() + " = '" + condition.getValue() + "'";
                })
                .collect(Collectors.joining(" AND "));
        List<String> ids = new ArrayList<>();
        try (Connection connection = dataSource.getConnection();
                PreparedStatement select = connection.prepareStatement("SELECT event_id FROM audit_events WHERE "
                        + conditions + " ORDER BY timestamp DESC, seq DESC");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        }
        return ids;
    }

    @Test
    void aSearchThatFindsLittleLooksAtABoundedNumberOfRowsAndGoesOn() throws SQLException {
        String type = unique + "many";
        try (Connection connection = dataSource.getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        """
                        INSERT INTO audit_events (event_id, event_type, timestamp, actor, action, kafka_partition, kafka_offset)
                        SELECT gen_random_uuid(), ?, ?::timestamptz - make_interval(secs => n), ?, 'act', 0, n
                        FROM generate_series(1, 25000) AS n
                        """)) {
            insert.setString(1, type);
            insert.setObject(2, now.atOffset(ZoneOffset.UTC));
            insert.setString(3, unique);
            insert.executeUpdate();
        }
        // The actor's index is read, and has 25,000 others before this one.
        store(null, unique + "one", now.minusSeconds(200_000), unique, null, null);

        JsonPath first = given().queryParams(Map.of("event_type", unique + "one", "actor", unique))
                .get(EVENTS)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();

        assertThat(first.getList("events")).isEmpty();
        assertThat(first.getString("next_cursor")).isNotNull();
        assertThat(walk(Map.of("event_type", unique + "one", "actor", unique), 100))
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "session_id, '', 422, session_id: must not be empty",
        "from, yesterday, 422, from: must be a time like",
        "limit, 1001, 422, limit: must be from 1 to 1000",
        "limit, 0, 422, limit: must be from 1 to 1000",
        "cursor, x, 400, cursor: is not a cursor",
        "sesion_id, x, 400, sesion_id: is not a known parameter"
    })
    void aParameterThatCannotBeIsNamed(String name, String value, int status, String detail) {
        given().queryParam(name, value).get(EVENTS).then().statusCode(status).body("detail", containsString(detail));
    }

    @Test
    void fromMustNotBeAfterTo() {
        given().queryParam("from", "2026-11-21T00:00:00Z")
                .queryParam("to", "2026-11-20T00:00:00Z")
                .get(EVENTS)
                .then()
                .statusCode(422)
                .body("detail", containsString("must not be after to"));
    }

    @Test
    @TestSecurity(user = "app", roles = "token-user")
    void whoIsNoReaderIsRefused() {
        given().get(EVENTS).then().statusCode(403);
    }

    @Test
    void whatLiesAfterTheTimeThatIsAskedForIsNotLookedAt() throws SQLException {
        YearMonth present = YearMonth.now(ZoneOffset.UTC);
        String last = "'" + present.atDay(1).atStartOfDay().minusSeconds(1) + "Z'::timestamptz";
        String sql = AgentEvents.sql(Map.of());
        for (String value : List.of("'-infinity'::timestamptz", last, last, "9")) {
            sql = sql.replaceFirst("\\?", value);
        }

        StringBuilder plan = new StringBuilder();
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet lines = statement.executeQuery("EXPLAIN " + sql)) {
            while (lines.next()) {
                plan.append(lines.getString(1)).append('\n');
            }
        }

        DateTimeFormatter name = DateTimeFormatter.ofPattern("'audit_events_'yyyy_MM");
        assertThat(plan.toString())
                .contains(name.format(present.minusMonths(1)))
                .doesNotContain(name.format(present));
    }
}
