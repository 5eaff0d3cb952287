package io.alluvium.sink;

import com.microsoft.sqlserver.jdbc.SQLServerDataSource;
import io.alluvium.localstack.LocalPostgres;
import io.alluvium.localstack.LocalStack;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A database with the sink's own tables and two tables of readings, made anew for each instance. */
record TestDatabase(SinkDatabase kind, DataSource dataSource) {

    private static final String POSTGRES_COLUMNS =
            """
            event_id uuid NOT NULL, name varchar(40) NOT NULL, body json, seen_at timestamptz NOT NULL,
            number integer NOT NULL CONSTRAINT number_is_not_negative CHECK (number >= 0), large bigint NOT NULL,
            ratio double precision, flag boolean, raw bytea,
            maybe_int integer, maybe_long bigint, maybe_at timestamptz
            """;

    private static final String SQLSERVER_COLUMNS =
            """
            event_id uniqueidentifier NOT NULL, name nvarchar(40) NOT NULL, body nvarchar(max), seen_at datetime2(7) NOT NULL,
            number int NOT NULL CONSTRAINT %s CHECK (number >= 0), large bigint NOT NULL,
            ratio float, flag bit, raw varbinary(max),
            maybe_int int, maybe_long bigint, maybe_at datetime2(7)
            """;

    static TestDatabase postgres() throws SQLException {
        LocalPostgres server = LocalStack.shared().postgres();
        server.createSchemaWithRole("sink");
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(server.jdbcUrl(LocalPostgres.DATABASE, "sink"));
        TestDatabase database = new TestDatabase(SinkDatabase.POSTGRESQL, source);
        database.run("DROP TABLE IF EXISTS reading, reading_now, sink_offset, dead_letter");
        database.run(script("postgresql"));
        database.run("CREATE TABLE reading (id bigint GENERATED ALWAYS AS IDENTITY, " + POSTGRES_COLUMNS
                + ", PRIMARY KEY (event_id))");
        database.run("CREATE TABLE reading_now (" + POSTGRES_COLUMNS + ", PRIMARY KEY (name))");
        return database;
    }

    static TestDatabase sqlServer(String url) throws SQLException {
        SQLServerDataSource source = new SQLServerDataSource();
        source.setURL(url);
        TestDatabase database = new TestDatabase(SinkDatabase.SQLSERVER, source);
        for (String table : List.of("reading", "reading_now", "sink_offset", "dead_letter")) {
            database.run("IF OBJECT_ID('" + table + "') IS NOT NULL DROP TABLE " + table);
        }
        database.run(script("sqlserver"));
        database.run("CREATE TABLE reading (id bigint IDENTITY(1, 1) PRIMARY KEY, "
                + SQLSERVER_COLUMNS.formatted("number_is_not_negative") + ", UNIQUE (event_id))");
        database.run("CREATE TABLE reading_now (" + SQLSERVER_COLUMNS.formatted("number_now_is_not_negative")
                + ", PRIMARY KEY (name))");
        return database;
    }

    private static String script(String vendor) {
        String name = "/db/migration/" + vendor + "/V0_1__sink.sql";
        try (InputStream script = BatchSink.class.getResourceAsStream(name)) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    void run(String statement) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement execute = connection.createStatement()) {
            execute.execute(statement);
        }
    }

    long number(String query) throws SQLException {
        return Long.parseLong(texts(query).get(0));
    }

    /** The first column of all rows. */
    List<String> texts(String query) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement select = connection.createStatement();
                ResultSet rows = select.executeQuery(query)) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        }
    }
}
