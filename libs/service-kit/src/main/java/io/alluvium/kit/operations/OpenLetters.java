package io.alluvium.kit.operations;

import io.agroal.api.AgroalDataSource;
import io.alluvium.sink.DeadLetters.Filter;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Finds the letters to send again, in the order in which they came. */
@Singleton
final class OpenLetters {

    private static final String OLDEST_FIRST =
            """
            SELECT id
            FROM dead_letter
            WHERE status = 'OPEN'
              AND topic = COALESCE(CAST(? AS varchar(249)), topic)
              AND kafka_partition = COALESCE(CAST(? AS integer), kafka_partition)
              AND COALESCE(sql_state, '') = COALESCE(CAST(? AS varchar(10)), sql_state, '')
              AND reason LIKE ? ESCAPE '!'
            ORDER BY id
            OFFSET 0 ROWS FETCH NEXT ? ROWS ONLY
            """;

    private final AgroalDataSource dataSource;

    OpenLetters(AgroalDataSource dataSource) {
        this.dataSource = dataSource;
    }

    List<Long> oldest(Filter filter, int limit) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement select = connection.prepareStatement(OLDEST_FIRST)) {
            String part = filter.reasonContains() == null ? "" : filter.reasonContains();
            select.setString(1, filter.topic());
            select.setObject(2, filter.partition(), java.sql.Types.INTEGER);
            select.setString(3, filter.sqlState());
            select.setString(4, "%" + part.replaceAll("([!%_\\[])", "!$1") + "%");
            select.setInt(5, limit);
            List<Long> ids = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    ids.add(row.getLong(1));
                }
            }
            return ids;
        }
    }
}
