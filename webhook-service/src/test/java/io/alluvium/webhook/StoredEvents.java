package io.alluvium.webhook;

import io.agroal.api.AgroalDataSource;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.awaitility.Awaitility;

/** Looks at what the sink has stored. */
@Singleton
public class StoredEvents {

    private final AgroalDataSource dataSource;

    StoredEvents(AgroalDataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Waits until the event is there. */
    public void await(String source, String eventId) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> count(source, eventId) == 1);
    }

    public long count(String source, String eventId) {
        return Long.parseLong(
                text("SELECT count(*) FROM webhook_events WHERE source = ? AND event_id = ?", source, eventId));
    }

    /** One column of an event, as text. */
    public String column(String column, String source, String eventId) {
        return text("SELECT " + column + " FROM webhook_events WHERE source = ? AND event_id = ?", source, eventId);
    }

    /** The first column of the first row. */
    public String text(String query, Object... parameters) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? String.valueOf(row.getString(1)) : "";
            }
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
