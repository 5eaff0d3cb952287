package io.alluvium.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What is asked of a connection, and in which order: switching to autocommit too early would commit. */
class TransactionTest {

    private final List<String> asked = new ArrayList<>();
    private boolean dies;

    private final Connection connection = (Connection) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {Connection.class}, (self, method, arguments) -> {
                asked.add(method.getName() + (arguments == null ? "" : " " + arguments[0]));
                if (dies && method.getName().equals("rollback")) {
                    throw new SQLException("the connection is dead");
                }
                return null;
            });

    private final DataSource dataSource = (DataSource) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (self, method, arguments) -> connection);

    @Test
    void workThatReturnsIsCommitted() throws SQLException {
        assertThat(Transaction.<Integer>run(dataSource, given -> 7)).isEqualTo(7);

        assertThat(asked).containsExactly("setAutoCommit false", "commit", "setAutoCommit true", "close");
    }

    @Test
    void workThatFailsInWhateverWayIsRolledBackFirst() {
        assertThatThrownBy(() -> Transaction.run(dataSource, given -> {
                    throw new IllegalStateException("a mistake");
                }))
                .hasMessage("a mistake");

        assertThat(asked).containsExactly("setAutoCommit false", "rollback", "setAutoCommit true", "close");
    }

    @Test
    void aRollbackThatFailsDoesNotHideWhy() {
        dies = true;

        assertThatThrownBy(() -> Transaction.run(dataSource, given -> {
                    throw new SQLException("the cause");
                }))
                .hasMessage("the cause")
                .satisfies(failure -> assertThat(failure.getSuppressed())
                        .extracting(Throwable::getMessage)
                        .containsExactly("the connection is dead"));
        assertThat(asked).containsExactly("setAutoCommit false", "rollback", "close");
    }
}
