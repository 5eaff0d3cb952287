package io.alluvium.emitter;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** A database that refuses to commit deletions until it is mended: what Kafka has taken is in the outbox still. */
final class FaultyDataSource {

    private final DataSource sound;
    private final AtomicInteger broken = new AtomicInteger();
    private volatile boolean mended;

    FaultyDataSource(DataSource sound) {
        this.sound = sound;
    }

    int broken() {
        return broken.get();
    }

    void mend() {
        mended = true;
    }

    DataSource dataSource() {
        return proxy(DataSource.class, (proxy, method, arguments) -> {
            Object answer = invoke(sound, method, arguments);
            return answer instanceof Connection connection ? connection(connection) : answer;
        });
    }

    private Connection connection(Connection connection) {
        return proxy(Connection.class, (proxy, method, arguments) -> {
            if (method.getName().equals("prepareStatement")
                    && arguments[0].toString().contains("DELETE")
                    && !mended) {
                broken.incrementAndGet();
                throw new SQLException("the connection broke", "08006");
            }
            return invoke(connection, method, arguments);
        });
    }

    private static Object invoke(Object target, java.lang.reflect.Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(FaultyDataSource.class.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
