package io.alluvium.emitter;

import java.util.Map;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Needs a server: {@code -Dsqlserver.url=jdbc:sqlserver://...}. */
@EnabledIfSystemProperty(
        named = "sqlserver.url",
        matches = "jdbc:.+",
        disabledReason = "no SQL Server: name one with -Dsqlserver.url=jdbc:sqlserver://...")
class SqlServerCaptureTransactionIT extends CaptureTransactionContract {

    @Override
    ShopDatabase open(Map<String, String> settings) {
        return ShopDatabase.sqlServer(System.getProperty("sqlserver.url"), settings);
    }
}
