package io.alluvium.audit.query;

import io.alluvium.audit.StoredChanges;
import jakarta.inject.Singleton;
import java.sql.SQLException;

/** The trail of calculations, empty at the start of a test. */
@Singleton
class CalculationTestTrail {

    static final String USER = "user_calculations";
    static final String SYSTEM = "system_calculations";

    private final StoredChanges stored;

    CalculationTestTrail(StoredChanges stored) {
        this.stored = stored;
    }

    void clear() throws SQLException {
        stored.execute("DELETE FROM audit_change WHERE entity_type IN ('user_calculations', 'system_calculations')");
        stored.forgetCounts();
    }

    StoredChanges.Row user(String id) {
        return stored.change(USER, id);
    }

    StoredChanges.Row system(String id) {
        return stored.change(SYSTEM, id);
    }

    /** The roll-up of all rows of one type, as the sink would have kept it. */
    void count(String entityType) throws SQLException {
        for (String totals : new String[] {
            "change_total (day, entity_type, operation, changed_by, changes) SELECT day, entity_type, operation, changed_by,",
            "change_total_by_type (day, entity_type, operation, changes) SELECT day, entity_type, operation,",
            "change_total_by_user (day, changed_by, changes) SELECT day, changed_by,"
        }) {
            String columns = totals.substring(totals.indexOf("SELECT ") + 7, totals.length() - 1);
            stored.execute(
                    "INSERT INTO " + totals + " COUNT(*) FROM (SELECT CAST(changed_at AS date) AS day, entity_type,"
                            + " operation, COALESCE(changed_by, '') AS changed_by FROM audit_change WHERE entity_type = '"
                            + entityType + "') c GROUP BY " + columns);
        }
    }

    void many(String entityType, int count) throws SQLException {
        stored.many(entityType, count);
    }

    /** A user calculation that is created and approved, and a system calculation that is deleted. */
    void storeLife() throws SQLException {
        user("7")
                .at("2026-05-01T10:00:00Z")
                .by("kim")
                .insert("{\"name\":\"A\",\"weight\":1.10}")
                .store();
        user("7")
                .at("2026-05-02T10:00:00.123456Z")
                .by("system_auto_approval")
                .update(
                        "{\"name\":\"A\",\"weight\":1.10,\"approved_by\":null}",
                        "{\"name\":\"B\",\"weight\":12345678901234567890.10,\"approved_by\":\"x\"}",
                        "[\"name\",\"weight\",\"approved_by\"]")
                .store();
        system("9")
                .at("2026-05-03T10:00:00Z")
                .by(null)
                .delete("{\"name\":\"S\"}")
                .store();
    }
}
