package io.alluvium.kit;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Locale;

/** Tells a database that cannot be reached, or not in time, from every other failure. */
final class DatabaseAway {

    private DatabaseAway() {}

    static boolean isTheReasonOf(Throwable failure) {
        int depth = 0;
        for (Throwable cause = failure; cause != null && depth < 20; cause = cause.getCause(), depth++) {
            if (cause instanceof SQLException sql && isAway(sql)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAway(SQLException failure) {
        if (failure instanceof SQLTransientConnectionException
                || failure instanceof SQLNonTransientConnectionException
                || failure instanceof SQLRecoverableException) {
            return true;
        }
        String state = failure.getSQLState();
        if (state == null) {
            // The pool waited for a connection in vain. Agroal gives it no state and no type of its own.
            String words = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
            return words.contains("acquisition timeout");
        }
        return switch (state) {
            // admin_shutdown, crash_shutdown, cannot_connect_now, too_many_connections
            case "57P01", "57P02", "57P03", "53300" -> true;
            default -> state.startsWith("08");
        };
    }
}
