package io.alluvium.sink;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All that differs between the databases. One class per database; no method is called for a row, only for a batch. */
interface Dialect {

    /** What kind of failure is this? The one place that knows the database's codes. */
    FailureKind kindOf(SQLException failure);

    /** One sentence about the failure that names constraint, column and table where known, and no value. */
    String explain(SQLException failure);

    <R> BulkWriter<R> append(BulkTable<R> table);

    <R> BulkWriter<R> upsert(BulkTable<R> table, @Nullable String newest);

    /** Locks the offsets of one topic's partitions, lowest first; {@code partitions} is how many are asked for. */
    String lockOffsets(int partitions);

    /** Adds an offset of 0 where there is none. */
    String insertOffset();

    /** Adds to the books of one partition. */
    String advanceOffset();

    /** Keeps a dead letter, counted by the books of its partition, unless that very record is already there. */
    String insertDeadLetter();

    /** Has a dead letter that is already there counted by the present books of its partition. */
    String countDeadLetterAgain();

    /** Binds an id to a mark that stands for one. */
    void bind(PreparedStatement statement, int index, UUID id) throws SQLException;

    /** The present moment, as the timestamps of the tables hold it. */
    String now();

    /** The last line of a keyset page: at most this many rows. */
    String limit();
}
