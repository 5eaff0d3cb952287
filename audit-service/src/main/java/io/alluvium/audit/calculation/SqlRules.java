package io.alluvium.audit.calculation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the SQL of a system calculation must look like. It is kept and handed out, never run here. */
final class SqlRules {

    static final int MAX_LENGTH = 20_000;
    static final String RESULT_COLUMN = "^[a-zA-Z][a-zA-Z0-9_]*$";
    static final String RESULT_COLUMN_RULE = "must begin with a letter and hold letters, digits and underscores only";

    private static final int MIN_LENGTH = 10;
    private static final List<String> BANNED =
            List.of("drop", "delete", "insert", "update", "alter", "truncate", "create");
    private static final Pattern FROM = word("from");

    private SqlRules() {}

    /** @return what is wrong with it, as sentences; empty when nothing is */
    static List<String> faults(String rawSql, GroupLevel level, @Nullable String resultColumn) {
        String sql = rawSql.strip().toLowerCase(Locale.ROOT);
        List<String> faults = new ArrayList<>();
        if (sql.length() < MIN_LENGTH) {
            faults.add("raw_sql must have at least " + MIN_LENGTH + " characters");
        }
        if (!word("select").matcher(sql).lookingAt()) {
            faults.add("raw_sql must start with SELECT");
        }
        if (!FROM.matcher(sql).find()) {
            faults.add("raw_sql must contain FROM");
        }
        for (String banned : BANNED) {
            if (word(banned).matcher(sql).find()) {
                faults.add("raw_sql must not contain " + banned.toUpperCase(Locale.ROOT));
            }
        }
        if (sql.indexOf(';') >= 0 && sql.indexOf(';') < sql.length() - 1) {
            faults.add("raw_sql must be one statement");
        }
        if (!word("dl_nbr").matcher(sql).find()) {
            faults.add("raw_sql must mention dl_nbr at " + level + " level");
        }
        if (level == GroupLevel.TRANCHE && !word("tr_id").matcher(sql).find()) {
            faults.add("raw_sql must mention tr_id at tranche level");
        }
        if (resultColumn != null && !resultColumn.matches(RESULT_COLUMN)) {
            faults.add("result_column_name " + RESULT_COLUMN_RULE);
        }
        return faults;
    }

    /** A column may be called updated_at: only whole words count. */
    private static Pattern word(String word) {
        return Pattern.compile("\\b" + word + "\\b");
    }
}
