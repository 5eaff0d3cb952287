package io.alluvium.sink;

import java.sql.SQLException;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Needs a server: {@code -Dsqlserver.url=jdbc:sqlserver://...}. */
@EnabledIfSystemProperty(
        named = "sqlserver.url",
        matches = "jdbc:.+",
        disabledReason = "no SQL Server: name one with -Dsqlserver.url=jdbc:sqlserver://...")
class SqlServerBatchSinkIT extends BatchSinkContract {

    @Override
    TestDatabase open() throws SQLException {
        return TestDatabase.sqlServer(System.getProperty("sqlserver.url"));
    }
}
