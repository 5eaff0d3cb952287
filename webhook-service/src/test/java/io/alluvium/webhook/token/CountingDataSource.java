package io.alluvium.webhook.token;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** Counts the connections that are open, and refuses to open any while the database is said to be away. */
final class CountingDataSource {

    private final DataSource real;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean away;

    CountingDataSource(DataSource real) {
        this.real = real;
    }

    int open() {
        return open.get();
    }

    int refused() {
        return refused.get();
    }

    void away(boolean isAway) {
        away = isAway;
    }

    DataSource dataSource() {
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (self, method, arguments) -> {
                    if (!method.getName().equals("getConnection")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    if (away) {
                        refused.incrementAndGet();
                        throw new SQLException("the database is away", "08001");
                    }
                    open.incrementAndGet();
                    return counted(real.getConnection());
                });
    }

    private Connection counted(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (self, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        open.decrementAndGet();
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException failure) {
                        throw failure.getCause();
                    }
                });
    }
}
