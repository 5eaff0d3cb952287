package io.alluvium.audit.sink;

import java.sql.Connection;
import java.sql.SQLException;

/** Moves what the journal of the roll-up says into the totals. */
@FunctionalInterface
interface RollUpFold {

    /**
     * A normal return means that the open transaction of the connection has taken entries out of the journal and added them
     * to the totals, or that there were none, or that another process is at it.
     *
     * @return whether there may be more
     */
    boolean fold(Connection connection) throws SQLException;
}
