package io.alluvium.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.sink.PoisonIsolator.TooMuchPoison;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class PoisonIsolatorProperties {

    @Property
    void everyRowIsStoredOnceOrIsDead(
            @ForAll @IntRange(min = 1, max = 300) int size, @ForAll Set<@IntRange(max = 299) Integer> bad)
            throws Exception {
        ScriptedTable table = new ScriptedTable(bad);
        Rows<Reading> rows = rows(size);

        new PoisonIsolator<>(new PostgresDialect(), table, table.transaction(), size).write(rows);

        for (int i = 0; i < size; i++) {
            assertThat(rows.fate(i)).isEqualTo(bad.contains(i) ? Fate.DEAD : Fate.STORED);
        }
        List<Integer> sound =
                IntStream.range(0, size).boxed().filter(i -> !bad.contains(i)).toList();
        assertThat(table.stored).containsExactlyElementsOf(sound);
    }

    @Property
    void oneBadRowCostsTwoWritesPerHalving(
            @ForAll @IntRange(min = 1, max = 5000) int size, @ForAll @IntRange(max = 4999) int position)
            throws Exception {
        ScriptedTable table = new ScriptedTable(Set.of(position % size));

        new PoisonIsolator<>(new PostgresDialect(), table, table.transaction(), 1).write(rows(size));

        int halvings = 32 - Integer.numberOfLeadingZeros(size - 1);
        assertThat(table.writes).isLessThanOrEqualTo(2 * halvings + 1);
    }

    @Property
    void moreBadRowsThanToleratedStopTheBatch(@ForAll @IntRange(min = 2, max = 100) int size) {
        ScriptedTable table =
                new ScriptedTable(IntStream.range(0, size).boxed().collect(java.util.stream.Collectors.toSet()));

        assertThatThrownBy(() -> new PoisonIsolator<>(new PostgresDialect(), table, table.transaction(), size / 2)
                        .write(rows(size)))
                .isInstanceOf(TooMuchPoison.class)
                .hasMessageContaining("refused");
    }

    private static Rows<Reading> rows(int size) {
        return new Rows<>(Records.range(0, 0, size), Reading::parse);
    }

    /** A table that refuses some rows, with savepoints that undo what was written since. */
    private static final class ScriptedTable implements BulkWriter<Reading> {

        private final Set<Integer> bad;
        private final List<Integer> stored = new ArrayList<>();
        private int writes;

        ScriptedTable(Set<Integer> bad) {
            this.bad = new HashSet<>(bad);
        }

        @Override
        public void write(SinkTransaction transaction, Rows<Reading> rows) throws SQLException {
            writes++;
            for (int i = 0; i < rows.size(); i++) {
                Reading row = rows.get(i);
                if (row == null) {
                    continue;
                }
                stored.add(row.number());
                if (bad.contains(row.number())) {
                    throw new SQLException("refused", "23514");
                }
            }
            rows.markAll(Fate.STORED);
        }

        SinkTransaction transaction() throws SQLException {
            return SinkTransaction.begin(proxy(
                    DataSource.class, (method, argument) -> method.equals("getConnection") ? connection() : null));
        }

        private Connection connection() {
            return proxy(Connection.class, (method, argument) -> {
                if (method.equals("setSavepoint")) {
                    return new Mark(List.copyOf(stored));
                }
                if (method.equals("rollback") && argument instanceof Mark mark) {
                    stored.clear();
                    stored.addAll(mark.stored);
                }
                return null;
            });
        }

        /** A savepoint that knows what the table held. */
        private record Mark(List<Integer> stored) implements Savepoint {
            @Override
            public int getSavepointId() {
                return 0;
            }

            @Override
            public String getSavepointName() {
                return "mark";
            }
        }

        private interface Answer extends java.lang.reflect.InvocationHandler {
            Object to(String method, Object argument);

            @Override
            default Object invoke(Object proxy, java.lang.reflect.Method method, Object[] arguments) {
                return to(method.getName(), arguments == null || arguments.length == 0 ? null : arguments[0]);
            }
        }

        private static <T> T proxy(Class<T> type, Answer answer) {
            return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, answer));
        }
    }
}
