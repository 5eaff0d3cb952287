package io.alluvium.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureKindTest {

    @ParameterizedTest(name = "{1}: {2}")
    @CsvSource({
        "08006, lost connection, TRANSIENT",
        "40P01, deadlock, TRANSIENT",
        "57P01, server is stopped, TRANSIENT",
        "57P03, server is starting, TRANSIENT",
        "53300, too many connections, TRANSIENT",
        "22021, broken encoding, POISON",
        "22001, text too long, POISON",
        "23514, check violated, POISON",
        "23505, unique violated, POISON",
        "54000, index key too long, POISON",
        "42P01, table missing, SYSTEMIC",
        "42501, no permission, SYSTEMIC",
        "53100, disk full, SYSTEMIC",
        "28P01, wrong password, SYSTEMIC",
        "XX001, damaged data, SYSTEMIC",
    })
    void postgresTellsByState(String state, String what, FailureKind kind) {
        assertThat(SinkDatabase.POSTGRESQL.kindOf(new SQLException(what, state)))
                .isEqualTo(kind);
    }

    @ParameterizedTest(name = "{1}: {2}")
    @CsvSource({
        "1205, deadlock victim, TRANSIENT",
        "1222, lock timeout, TRANSIENT",
        "40613, database is moving, TRANSIENT",
        "2627, unique constraint, POISON",
        "2601, unique index, POISON",
        "515, null, POISON",
        "547, check or foreign key, POISON",
        "2628, text too long, POISON",
        "208, table missing, SYSTEMIC",
        "229, no permission, SYSTEMIC",
        "1105, file group full, SYSTEMIC",
        "9002, log full, SYSTEMIC",
        "18456, login failed, SYSTEMIC",
    })
    void sqlServerTellsByNumber(int number, String what, FailureKind kind) {
        assertThat(SinkDatabase.SQLSERVER.kindOf(new SQLException(what, "S0001", number)))
                .isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({"08S01", "08001", "HYT00"})
    void sqlServersDriverTellsOfLostConnectionsByState(String state) {
        assertThat(SinkDatabase.SQLSERVER.kindOf(new SQLException("lost", state, 0)))
                .isEqualTo(FailureKind.TRANSIENT);
    }
}
