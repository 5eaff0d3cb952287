package io.alluvium.sink;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Keeps the records that could not become rows, in the transaction of their batch. */
final class DeadLetterStore {

    private final Dialect dialect;

    DeadLetterStore(Dialect dialect) {
        this.dialect = dialect;
    }

    void keep(SinkTransaction transaction, UUID topicId, List<DeadLetter> letters) throws SQLException {
        if (letters.isEmpty()) {
            return;
        }
        List<DeadLetter> known = new ArrayList<>();
        try (PreparedStatement insert = transaction.connection().prepareStatement(dialect.insertDeadLetter())) {
            for (DeadLetter letter : letters) {
                insert.setString(1, letter.polled().topic());
                dialect.bind(insert, 2, topicId);
                insert.setInt(3, letter.polled().partition());
                insert.setLong(4, letter.polled().offset());
                insert.setBytes(5, letter.polled().key());
                insert.setString(6, HeaderText.encode(letter.polled().headers()));
                insert.setBytes(7, letter.polled().value());
                insert.setString(8, letter.reason());
                insert.setString(9, letter.sqlState());
                insert.addBatch();
            }
            int[] inserted = insert.executeBatch();
            for (int i = 0; i < inserted.length; i++) {
                if (inserted[i] == 0) {
                    known.add(letters.get(i));
                }
            }
        }
        countAgain(transaction, topicId, known);
    }

    /** A topic that is read again brings letters that are there already: the books that began anew count them, too. */
    private void countAgain(SinkTransaction transaction, UUID topicId, List<DeadLetter> known) throws SQLException {
        if (known.isEmpty()) {
            return;
        }
        try (PreparedStatement update = transaction.connection().prepareStatement(dialect.countDeadLetterAgain())) {
            for (DeadLetter letter : known) {
                dialect.bind(update, 1, topicId);
                update.setInt(2, letter.polled().partition());
                update.setLong(3, letter.polled().offset());
                update.addBatch();
            }
            update.executeBatch();
        }
    }
}
