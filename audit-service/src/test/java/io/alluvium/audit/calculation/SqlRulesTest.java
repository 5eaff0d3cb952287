package io.alluvium.audit.calculation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlRulesTest {

    private static final String SOUND = "SELECT dl_nbr, tr_id, SUM(x) AS total FROM tranchebal GROUP BY dl_nbr, tr_id";

    @Test
    void aSoundQueryHasNoFaults() {
        assertThat(SqlRules.faults(SOUND, GroupLevel.TRANCHE, "total")).isEmpty();
        assertThat(SqlRules.faults("  select dl_nbr from deal; ", GroupLevel.DEAL, null))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"drop", "DELETE", "insert", "Update", "alter", "TRUNCATE", "create"})
    void aBannedWordIsNamed(String word) {
        assertThat(SqlRules.faults(SOUND + " " + word + " x", GroupLevel.TRANCHE, null))
                .containsExactly("raw_sql must not contain " + word.toUpperCase(java.util.Locale.ROOT));
    }

    @Test
    void aBannedWordInsideOfAnotherIsNone() {
        assertThat(SqlRules.faults("SELECT dl_nbr, updated_at, drop_date FROM created_deals", GroupLevel.DEAL, null))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'select', raw_sql must have at least 10 characters",
        "'SHOW dl_nbr FROM deal', raw_sql must start with SELECT",
        "'selection dl_nbr from deal', raw_sql must start with SELECT",
        "'SELECT dl_nbr, fromage', raw_sql must contain FROM",
        "'SELECT x FROM deal', raw_sql must mention dl_nbr at deal level",
        "'SELECT dl_nbr FROM deal; SELECT 1', raw_sql must be one statement"
    })
    void aFaultIsTold(String sql, String fault) {
        assertThat(SqlRules.faults(sql, GroupLevel.DEAL, null)).contains(fault);
    }

    @Test
    void aTrancheNeedsItsId() {
        assertThat(SqlRules.faults("SELECT dl_nbr FROM tranche", GroupLevel.TRANCHE, null))
                .containsExactly("raw_sql must mention tr_id at tranche level");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1st", "a b", "a-b", "_a", ""})
    void aResultColumnIsAnIdentifier(String column) {
        assertThat(SqlRules.faults(SOUND, GroupLevel.TRANCHE, column))
                .containsExactly("result_column_name " + SqlRules.RESULT_COLUMN_RULE);
    }
}
