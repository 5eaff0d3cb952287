package io.alluvium.audit.query;

import io.agroal.api.AgroalDataSource;
import io.alluvium.kit.Problem;
import io.alluvium.sink.SinkDatabase;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Runs one statement that reads, in a connection and a transaction of its own, at READ COMMITTED: it waits for nobody on
 * PostgreSQL, and on SQL Server for nobody where READ_COMMITTED_SNAPSHOT is on. Thread-safe.
 */
@Singleton
final class Reading {

    /** Seconds after which the database gives up a statement. Each reads a bounded range: this is for bad days. */
    private static final int TIMEOUT = 20;

    /** Rows that PostgreSQL hands over at a time. Usual pages come at once; a page of huge images never as a whole. */
    private static final int PORTION = 128;

    /**
     * Where PostgreSQL believes a range to be small it would rather collect and sort it as a whole, and when it is mistaken
     * there is no bound to that. An index is always read in its order, and as far as is needed.
     */
    private static final String IN_ORDER_OF_AN_INDEX =
            "SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_seqscan = off";

    /** Makes something of the rows of an answer; it need not read all of them. */
    @FunctionalInterface
    interface Rows<T> {
        T read(ResultSet rows) throws SQLException;
    }

    private final AgroalDataSource dataSource;
    private final SinkDatabase database;

    Reading(AgroalDataSource dataSource, @ConfigProperty(name = "quarkus.datasource.db-kind") String kind) {
        this.dataSource = dataSource;
        this.database = kind.equals("mssql") ? SinkDatabase.SQLSERVER : SinkDatabase.POSTGRESQL;
    }

    SinkDatabase database() {
        return database;
    }

    /** A statement to put together for {@link #all} or {@link #some}. */
    Sql sql() {
        return new Sql(database);
    }

    /** Reads an answer that is small as a whole. */
    <T> List<T> all(Sql sql, Rows<T> row) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = sql.prepare(connection, TIMEOUT);
                ResultSet rows = statement.executeQuery()) {
            List<T> read = new ArrayList<>();
            while (rows.next()) {
                read.add(row.read(rows));
            }
            return read;
        } catch (SQLException failure) {
            throw explained(failure);
        }
    }

    /** Reads ranges of indexes, in portions, as far as the reader wants to. */
    <T> T some(Sql sql, Rows<T> reader) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false); // outside a transaction, PostgreSQL hands over everything at once
            readInOrder(connection);
            try (PreparedStatement statement = sql.prepare(connection, TIMEOUT)) {
                statement.setFetchSize(PORTION);
                try (ResultSet rows = statement.executeQuery()) {
                    return reader.read(rows);
                }
            } finally {
                connection.rollback();
            }
        } catch (SQLException failure) {
            throw explained(failure);
        }
    }

    private void readInOrder(Connection connection) throws SQLException {
        if (database == SinkDatabase.POSTGRESQL) {
            try (Statement setting = connection.createStatement()) {
                setting.execute(IN_ORDER_OF_AN_INDEX);
            }
        }
    }

    private static SQLException explained(SQLException failure) {
        if (failure instanceof SQLTimeoutException || "57014".equals(failure.getSQLState())) {
            throw Problem.unavailable("the database did not answer within " + TIMEOUT + " s", Duration.ofSeconds(10));
        }
        return failure;
    }
}
