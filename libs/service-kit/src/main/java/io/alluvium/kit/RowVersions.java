package io.alluvium.kit;

import io.agroal.api.AgroalDataSource;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says on start what to do about a SQL Server without row versions. The service works there, with readers and writers that wait. */
@Singleton
final class RowVersions {

    private static final Logger LOGGER = LoggerFactory.getLogger(RowVersions.class);

    private static final String ASK =
            "SELECT name, is_read_committed_snapshot_on FROM sys.databases WHERE database_id = DB_ID()";

    private final AgroalDataSource dataSource;
    private final String kind;

    RowVersions(AgroalDataSource dataSource, @ConfigProperty(name = "quarkus.datasource.db-kind") String kind) {
        this.dataSource = dataSource;
        this.kind = kind;
    }

    void check(@Observes StartupEvent started) {
        if (!kind.equals("mssql")) {
            return;
        }
        try (Connection connection = dataSource.getConnection();
                Statement ask = connection.createStatement();
                ResultSet answer = ask.executeQuery(ASK)) {
            String advice = answer.next() ? advice(answer.getString(1), answer.getBoolean(2)) : null;
            if (advice != null) {
                LOGGER.warn(advice);
            }
        } catch (SQLException away) {
            LOGGER.atInfo().addKeyValue("cause", away.toString()).log("not known whether row versions are on");
        }
    }

    /** @return null when there is nothing to do */
    static @Nullable String advice(String database, boolean on) {
        return on
                ? null
                : "READ_COMMITTED_SNAPSHOT is off: readers and the sink wait for each other. Run: ALTER DATABASE ["
                        + database.replace("]", "]]") + "] SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE";
    }
}
