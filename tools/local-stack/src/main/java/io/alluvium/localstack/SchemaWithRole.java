package io.alluvium.localstack;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Pattern;

/** A service's place in the database: a schema, and a role that sees only that. */
final class SchemaWithRole {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");

    private static final String DATABASE_EXISTS = "SELECT 1 FROM pg_database WHERE datname = ?";
    private static final String ROLE_EXISTS = "SELECT 1 FROM pg_roles WHERE rolname = ?";

    private static final String CREATE_DATABASE = "CREATE DATABASE " + LocalPostgres.DATABASE;

    private static final String CLOSE_DATABASE =
            """
            REVOKE ALL ON DATABASE alluvium FROM PUBLIC;
            REVOKE ALL ON SCHEMA public FROM PUBLIC
            """;

    private static final String CREATE_SCHEMA =
            """
            GRANT CONNECT, TEMPORARY ON DATABASE alluvium TO %1$s;
            CREATE SCHEMA IF NOT EXISTS %1$s AUTHORIZATION %1$s;
            ALTER ROLE %1$s IN DATABASE alluvium SET search_path = %1$s
            """;

    private SchemaWithRole() {}

    static void create(String maintenanceUrl, String databaseUrl, String schema) {
        if (!NAME.matcher(schema).matches()) {
            throw new IllegalArgumentException("schema must match " + NAME + ", got " + schema);
        }
        try {
            createDatabase(maintenanceUrl);
            createSchema(databaseUrl, schema);
        } catch (SQLException failure) {
            throw new LocalStackException("schema " + schema + " cannot be made: " + failure.getMessage(), failure);
        }
    }

    private static void createDatabase(String maintenanceUrl) throws SQLException {
        try (Connection connection = DriverManager.getConnection(maintenanceUrl);
                Statement statement = connection.createStatement()) {
            if (!exists(connection, DATABASE_EXISTS, LocalPostgres.DATABASE)) {
                statement.execute(CREATE_DATABASE);
            }
        }
    }

    private static void createSchema(String databaseUrl, String schema) throws SQLException {
        try (Connection connection = DriverManager.getConnection(databaseUrl);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            if (!exists(connection, ROLE_EXISTS, schema)) {
                statement.execute("CREATE ROLE " + schema + " LOGIN");
            }
            statement.execute(CLOSE_DATABASE);
            statement.execute(CREATE_SCHEMA.formatted(schema));
            connection.commit();
        }
    }

    private static boolean exists(Connection connection, String query, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }
}
