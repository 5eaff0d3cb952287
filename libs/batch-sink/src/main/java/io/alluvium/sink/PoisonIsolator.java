package io.alluvium.sink;

import java.sql.SQLException;
import java.sql.Savepoint;
import org.jspecify.annotations.Nullable;

/**
 * Stores what can be stored: when the database refuses a batch because of a row, halves are tried until the row stands
 * alone. One bad row in n costs at most 2 log2 n + 2 writes.
 */
final class PoisonIsolator<R> {

    private final Dialect dialect;
    private final BulkWriter<R> writer;
    private final SinkTransaction transaction;
    private final int mostPoison;
    private int poison;

    /** @param mostPoison rows that may be refused before the failure counts as systemic */
    PoisonIsolator(Dialect dialect, BulkWriter<R> writer, SinkTransaction transaction, int mostPoison) {
        this.dialect = dialect;
        this.writer = writer;
        this.transaction = transaction;
        this.mostPoison = mostPoison;
    }

    /**
     * A normal return implies that every row is stored, a duplicate, collapsed, or marked dead.
     *
     * @throws SQLException when the failure is no row's fault
     * @throws TooMuchPoison when more rows are refused than may be
     */
    void write(Rows<R> rows) throws SQLException, TooMuchPoison {
        write(rows, attempt(rows));
    }

    private void write(Rows<R> rows, @Nullable SQLException refusal) throws SQLException, TooMuchPoison {
        if (refusal == null) {
            return;
        }
        if (rows.size() == 1) {
            bury(rows, refusal);
            return;
        }
        int half = rows.size() / 2;
        Rows<R> left = rows.part(0, half);
        Rows<R> right = rows.part(half, rows.size() - half);
        SQLException leftRefusal = attempt(left);
        write(left, leftRefusal);
        // When the left half is sound the refusal was about the right one: do not try it whole again. A single row is
        // tried again all the same, so that its dead letter names its own failure.
        boolean known = leftRefusal == null && right.size() > 1;
        write(right, known ? refusal : attempt(right));
    }

    private @Nullable SQLException attempt(Rows<R> rows) throws SQLException {
        Savepoint before = transaction.savepoint();
        try {
            writer.write(transaction, rows);
            return null;
        } catch (SQLException refusal) {
            if (dialect.kindOf(refusal) != FailureKind.POISON) {
                throw refusal;
            }
            transaction.rollbackTo(before);
            return refusal;
        }
    }

    private void bury(Rows<R> row, SQLException refusal) throws TooMuchPoison {
        row.dead(0, dialect.explain(refusal), refusal.getSQLState());
        if (++poison > mostPoison) {
            throw new TooMuchPoison(poison, refusal, dialect.explain(refusal));
        }
    }

    /** So many rows are refused that the rows are hardly to blame. */
    static final class TooMuchPoison extends Exception {
        private static final long serialVersionUID = 1L;

        TooMuchPoison(int rows, SQLException last, String reason) {
            super("the database refused " + rows + " rows of one batch, the last because: " + reason, last);
        }
    }
}
