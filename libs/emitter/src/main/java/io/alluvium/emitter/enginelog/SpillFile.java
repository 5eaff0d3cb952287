package io.alluvium.emitter.enginelog;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The spill file: the ten tables as a database of SQLite that anybody can open and query while it is written (WAL). The
 * rows of all tables are numbered together: {@code spill_seq} is the order in which they came. Not thread-safe.
 */
final class SpillFile implements AutoCloseable {

    private static final int SQLITE_FULL = 13;
    private static final int SQLITE_CORRUPT = 11;
    private static final int SQLITE_NOTADB = 26;

    private record Numbered(long seq, LogEntry entry) {}

    private final Path path;
    private final Connection connection;
    private final Consumer<LogTable> unreadable;
    private final Map<LogTable, PreparedStatement> inserts = new EnumMap<>(LogTable.class);
    private final Map<LogTable, PreparedStatement> selects = new EnumMap<>(LogTable.class);
    private final Map<LogTable, PreparedStatement> deletes = new EnumMap<>(LogTable.class);
    private long first = 1; // seq of the oldest row
    private long next = 1; // seq of the next row
    private long read = 1; // seq behind the rows that were last read

    private SpillFile(Path path, Connection connection, Consumer<LogTable> unreadable) {
        this.path = path;
        this.connection = connection;
        this.unreadable = unreadable;
    }

    /** @param unreadable told of each row that is not one of ours */
    static SpillFile open(Path path, Consumer<LogTable> unreadable) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path);
        SpillFile file = new SpillFile(path, connection, unreadable);
        try {
            file.prepare();
            return file;
        } catch (SQLException failure) {
            file.close();
            throw failure;
        }
    }

    private void prepare() throws SQLException {
        execute("PRAGMA journal_mode = WAL");
        // A row is safe from the death of the process, which is what happens to engines; not from that of the machine.
        execute("PRAGMA synchronous = NORMAL");
        execute("PRAGMA busy_timeout = 2000");
        for (LogTable table : LogTable.values()) {
            execute(create(table));
        }
        connection.setAutoCommit(false);
        long least = Long.MAX_VALUE;
        long most = 0;
        for (LogTable table : LogTable.values()) {
            prepare(table);
            try (Statement statement = connection.createStatement();
                    ResultSet ends =
                            statement.executeQuery("SELECT min(spill_seq), max(spill_seq) FROM " + table.sqlName())) {
                if (ends.next() && ends.getLong(2) > 0) {
                    least = Math.min(least, ends.getLong(1));
                    most = Math.max(most, ends.getLong(2));
                }
            }
        }
        connection.rollback();
        next = most + 1;
        first = most == 0 ? next : least;
    }

    private static String create(LogTable table) {
        String columns = table.columns().stream()
                .map(column -> column.name() + ' ' + type(column))
                .collect(Collectors.joining(", "));
        return "CREATE TABLE IF NOT EXISTS " + table.sqlName() + " (spill_seq INTEGER PRIMARY KEY, event_id TEXT,"
                + " engine_instance_id TEXT, logged_at DATETIME, " + columns + ")";
    }

    private static String type(LogColumn column) {
        return switch (column.kind()) {
            case TEXT, CUT_TEXT -> "VARCHAR(" + column.maxLength() + ")";
            case INT -> "INT";
            case LONG -> "BIGINT";
            case REAL -> "REAL";
            case TIME -> "DATETIME";
        };
    }

    private void prepare(LogTable table) throws SQLException {
        String places = "?" + ", ?".repeat(table.columns().size() + 3);
        inserts.put(table, connection.prepareStatement("INSERT INTO " + table.sqlName() + " VALUES (" + places + ")"));
        selects.put(
                table,
                connection.prepareStatement("SELECT * FROM " + table.sqlName()
                        + " WHERE spill_seq >= ? AND spill_seq < ? ORDER BY spill_seq"));
        deletes.put(table, connection.prepareStatement("DELETE FROM " + table.sqlName() + " WHERE spill_seq < ?"));
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    Path path() {
        return path;
    }

    /** Of rows in use, the file itself may be larger. */
    long bytes() throws SQLException {
        return (number("PRAGMA page_count") - number("PRAGMA freelist_count")) * number("PRAGMA page_size");
    }

    private long number(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /** @return an upper bound: a number may be missing where another program has deleted rows */
    long waiting() {
        return next - first;
    }

    /** Either all rows are in the file or none is. */
    void write(List<LogEntry> entries) throws SQLException {
        try {
            long seq = next;
            for (LogEntry entry : entries) {
                insert(seq++, entry);
            }
            for (PreparedStatement insert : inserts.values()) {
                insert.executeBatch();
            }
            connection.commit();
            next = seq;
        } catch (SQLException failure) {
            for (PreparedStatement insert : inserts.values()) {
                insert.clearBatch();
            }
            connection.rollback();
            throw failure;
        }
    }

    private void insert(long seq, LogEntry entry) throws SQLException {
        PreparedStatement insert = java.util.Objects.requireNonNull(inserts.get(entry.table));
        insert.setLong(1, seq);
        insert.setString(2, entry.id().toString());
        insert.setString(3, entry.instance().toString());
        insert.setString(4, entry.loggedAt.toString());
        for (int i = 0; i < entry.cells.length; i++) {
            Object value = entry.cells[i];
            insert.setObject(5 + i, value instanceof Instant time ? time.toString() : value);
        }
        insert.addBatch();
    }

    /** @return the rows of the oldest numbers, in their order; empty when there is no row at all */
    List<LogEntry> oldest(int most) throws SQLException {
        List<Numbered> found = new ArrayList<>(most);
        while (found.isEmpty() && first < next) {
            long end = Math.min(next, first + most);
            for (LogTable table : LogTable.values()) {
                select(table, end, found);
            }
            connection.rollback();
            first = found.isEmpty() ? end : first;
            read = end;
        }
        found.sort(Comparator.comparingLong(Numbered::seq));
        return found.stream().map(Numbered::entry).toList();
    }

    private void select(LogTable table, long end, List<Numbered> found) throws SQLException {
        PreparedStatement select = java.util.Objects.requireNonNull(selects.get(table));
        select.setLong(1, first);
        select.setLong(2, end);
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                try {
                    found.add(new Numbered(row.getLong(1), entry(table, row)));
                } catch (RuntimeException meddled) {
                    unreadable.accept(table); // somebody else wrote into the file
                }
            }
        }
    }

    private static LogEntry entry(LogTable table, ResultSet row) throws SQLException {
        LogEntry entry = new LogEntry(table);
        entry.identify(UUID.fromString(row.getString(2)), UUID.fromString(row.getString(3)));
        entry.loggedAt = Instant.parse(row.getString(4));
        for (int i = 0; i < entry.cells.length; i++) {
            Object value = row.getObject(5 + i);
            if (value != null) {
                entry.cells[i] = switch (table.columns().get(i).kind()) {
                    case TEXT, CUT_TEXT -> row.getString(5 + i);
                    case INT -> row.getInt(5 + i);
                    case LONG -> row.getLong(5 + i);
                    case REAL -> row.getDouble(5 + i);
                    case TIME -> Instant.parse(row.getString(5 + i));
                };
            }
        }
        return entry;
    }

    /** Deletes the rows that {@link #oldest} last returned, and none that was written since. */
    void delete() throws SQLException {
        for (PreparedStatement delete : deletes.values()) {
            delete.setLong(1, read);
            delete.executeUpdate();
        }
        connection.commit();
        first = read;
    }

    static boolean isFull(SQLException failure) {
        return (failure.getErrorCode() & 0xff) == SQLITE_FULL;
    }

    static boolean isDamage(SQLException failure) {
        int code = failure.getErrorCode() & 0xff;
        return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException ends) {
            // with the process at the latest; what is committed is in the file
        }
    }
}
