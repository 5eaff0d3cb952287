package io.alluvium.sink;

import java.sql.PreparedStatement;
import java.sql.SQLException;
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
            insert.executeBatch();
        }
    }
}
