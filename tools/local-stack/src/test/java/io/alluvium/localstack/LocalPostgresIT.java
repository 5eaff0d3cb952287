package io.alluvium.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalPostgresIT {

    @TempDir
    Path directory;

    @Test
    void whatWasCommittedIsThereAfterAStopAndAStartOnTheSamePort() throws SQLException {
        try (LocalPostgres postgres = LocalPostgres.start(directory, 0)) {
            postgres.createSchemaWithRole("audit");
            String url = postgres.jdbcUrl(LocalPostgres.DATABASE, "audit");
            execute(url, "CREATE TABLE kept AS SELECT 42 AS answer");

            postgres.stop();
            assertThatThrownBy(() -> query(url, "SELECT 1")).isInstanceOf(SQLException.class);
            postgres.start();

            assertThat(query(url, "SELECT answer FROM kept")).isEqualTo("42");
        }
    }

    @Test
    void immediateStopCutsConnectionsAndLosesNothingCommitted() throws SQLException {
        try (LocalPostgres postgres = LocalPostgres.start(directory, 0)) {
            postgres.createSchemaWithRole("audit");
            String url = postgres.jdbcUrl(LocalPostgres.DATABASE, "audit");
            execute(url, "CREATE TABLE kept (answer int)");
            try (Connection open = DriverManager.getConnection(url);
                    Statement statement = open.createStatement()) {
                statement.execute("INSERT INTO kept VALUES (42)");
                open.setAutoCommit(false);
                statement.execute("INSERT INTO kept VALUES (43)");

                postgres.stopImmediate();

                assertThatThrownBy(open::commit).isInstanceOf(SQLException.class);
            }
            postgres.start();

            assertThat(query(url, "SELECT string_agg(answer::text, ',') FROM kept"))
                    .isEqualTo("42");
        }
    }

    @Test
    void roleSeesItsSchemaAndNoOther() throws SQLException {
        try (LocalPostgres postgres = LocalPostgres.start(directory, 0)) {
            postgres.createSchemaWithRole("audit");
            postgres.createSchemaWithRole("webhook");
            postgres.createSchemaWithRole("audit");
            String audit = postgres.jdbcUrl(LocalPostgres.DATABASE, "audit");
            execute(postgres.jdbcUrl(LocalPostgres.DATABASE, "webhook"), "CREATE TABLE secret AS SELECT 1 AS x");

            assertThat(query(audit, "SHOW search_path")).isEqualTo("audit");
            assertThatThrownBy(() -> query(audit, "SELECT x FROM webhook.secret"))
                    .hasMessageContaining("permission denied");
            assertThatThrownBy(() -> execute(audit, "CREATE TABLE public.mine (x int)"))
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void superuserNeedsThePasswordOfAFileThatOnlyWeCanRead() throws SQLException, IOException {
        try (LocalPostgres postgres = LocalPostgres.start(directory, 0)) {
            postgres.createSchemaWithRole("audit");
            String withPassword = postgres.jdbcUrl(LocalPostgres.DATABASE, LocalPostgres.SUPERUSER);
            String without = withPassword.replaceAll("&password=.*", "");

            assertThat(query(withPassword, "SELECT current_user")).isEqualTo("postgres");
            assertThatThrownBy(() -> query(without, "SELECT 1")).hasMessageContaining("password");
        }
        assumeThat(directory.getFileSystem().supportedFileAttributeViews()).contains("posix");
        assertThat(Files.getPosixFilePermissions(directory.resolve("superuser-password")))
                .hasSize(2);
    }

    @Test
    void listensOnLoopbackOnlyAndKeepsItsPromiseOfDurability() throws SQLException {
        try (LocalPostgres postgres = LocalPostgres.start(directory, 0)) {
            postgres.createSchemaWithRole("audit");
            String url = postgres.jdbcUrl(LocalPostgres.DATABASE, "audit");

            assertThat(query(url, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(query(url, "SHOW fsync")).isEqualTo("on");
            assertThat(query(url, "SHOW synchronous_commit")).isEqualTo("on");
            assertThat(query(url, "SHOW server_version")).startsWith("18.");
            assertThat(query(url, "SELECT lower('ÄÖ')")).isEqualTo("äö");
        }
    }

    @Test
    void portInUseIsToldInOneSentence() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> LocalPostgres.start(directory, taken.getLocalPort()))
                    .isInstanceOf(LocalStackException.class)
                    .hasMessage(
                            "port %d on 127.0.0.1 is in use by another program: PostgreSQL needs it",
                            taken.getLocalPort());
        }
    }

    @Test
    void secondServerInTheSameDirectoryIsRefused() {
        try (LocalPostgres first = LocalPostgres.start(directory, 0)) {
            assertThatThrownBy(() -> LocalPostgres.start(directory, 0))
                    .isInstanceOf(LocalStackException.class)
                    .hasMessageContaining("in use by another local stack");
            assertThat(first.process()).isPresent();
        }
    }

    @Test
    void serverLeftBehindByAKilledRunIsTakenOver() throws SQLException {
        PostgresCluster killedRun = new PostgresCluster(directory, PostgresPrograms.ofThisMachine(directory));
        killedRun.start(Ports.choose(0));
        ProcessHandle leftover = killedRun.postmaster().orElseThrow();

        try (LocalPostgres postgres = LocalPostgres.start(directory, 0)) {
            await().until(() -> !leftover.isAlive());
            assertThat(query(postgres.jdbcUrl("postgres", LocalPostgres.SUPERUSER), "SELECT 1"))
                    .isEqualTo("1");
        }
    }

    @Test
    void asRootInAContainerWithoutUserNamespacesTheServerIsNobody() throws SQLException {
        assumeThat(System.getProperty("user.name")).isEqualTo("root");
        try (LocalPostgres postgres = LocalPostgres.start(directory, 0, PostgresPrograms.asNobody())) {
            postgres.stop();
            postgres.start();
            assertThat(query(postgres.jdbcUrl("postgres", LocalPostgres.SUPERUSER), "SELECT 1"))
                    .isEqualTo("1");
            assertThat(postgres.process().flatMap(server -> server.info().user()))
                    .hasValue("nobody");
        }
    }

    private static void execute(String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
