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
        stored.execute("DELETE FROM change_count WHERE entity_type IN ('user_calculations', 'system_calculations')");
    }

    StoredChanges.Row user(String id) {
        return stored.change(USER, id);
    }

    StoredChanges.Row system(String id) {
        return stored.change(SYSTEM, id);
    }

    /** The roll-up of all rows of one type, as the sink would have kept it. */
    void count(String entityType) throws SQLException {
        stored.execute("INSERT INTO change_count (day, entity_type, operation, changed_by, kafka_partition, changes) "
                + "SELECT CAST(changed_at AS date), entity_type, operation, COALESCE(changed_by, ''), 1, COUNT(*) "
                + "FROM audit_change WHERE entity_type = '" + entityType
                + "' GROUP BY CAST(changed_at AS date), entity_type, operation, COALESCE(changed_by, '')");
    }

    void many(String entityType, int count) throws SQLException {
        stored.many(entityType, count);
    }
}
