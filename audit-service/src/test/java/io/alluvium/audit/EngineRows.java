package io.alluvium.audit;

import static org.awaitility.Awaitility.await;

import io.agroal.api.AgroalDataSource;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Rows of engine logs: as a producer sends them, and as they are stored. */
@Singleton
public class EngineRows {

    public static final String TOPIC = "engine.logs";

    private final AgroalDataSource dataSource;

    EngineRows(AgroalDataSource dataSource) {
        this.dataSource = dataSource;
    }

    public static ProducerRecord<byte[], byte[]> event(UUID id, String table, String time, String data) {
        ProducerRecord<byte[], byte[]> event =
                new ProducerRecord<>(TOPIC, Changes.utf8(id.toString()), Changes.utf8(data));
        event.headers()
                .add("ce_specversion", Changes.utf8("1.0"))
                .add("ce_id", Changes.utf8(id.toString()))
                .add("ce_source", Changes.utf8("/test"))
                .add("ce_type", Changes.utf8("alluvium.engine." + table + ".v1"))
                .add("ce_time", Changes.utf8(time))
                .add("content-type", Changes.utf8("application/json"));
        return event;
    }

    /** The first column of each row, "null" for NULL. */
    public List<String> texts(String query) {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(String.valueOf(rows.getString(1)));
            }
            return texts;
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Waits until the query finds a row, and gives the first column of the first. */
    public String awaited(String query) {
        await().atMost(Duration.ofSeconds(30)).until(() -> !texts(query).isEmpty());
        return texts(query).get(0);
    }
}
