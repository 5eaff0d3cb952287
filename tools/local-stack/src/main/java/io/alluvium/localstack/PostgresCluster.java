package io.alluvium.localstack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The files of one PostgreSQL server and the programs that make, start and stop it. Not thread-safe. */
final class PostgresCluster {

    private static final String SETTINGS =
            """
            # Written anew at each start.
            listen_addresses = '127.0.0.1'
            port = %d
            unix_socket_directories = ''
            max_connections = 200
            shared_buffers = 256MB
            work_mem = 16MB
            maintenance_work_mem = 128MB
            max_wal_size = 2GB
            timezone = 'UTC'
            log_timezone = 'UTC'
            log_line_prefix = '%%m [%%p] %%q%%u@%%d '
            # Losing power must not lose a commit, on a laptop neither.
            fsync = on
            synchronous_commit = on
            """;

    private static final String WHO_MAY_CONNECT =
            """
            # The superuser may run programs as the owner of this directory, so it needs its password.
            host all postgres 127.0.0.1/32 scram-sha-256
            # Whoever can open a port of this machine may be a service: none of them sees more than its schema.
            host all all      127.0.0.1/32 trust
            """;

    private final Path directory;
    private final Path data;
    private final Path log;
    private final PostgresPrograms programs;

    PostgresCluster(Path directory, PostgresPrograms programs) {
        this.directory = directory;
        this.data = directory.resolve("data");
        this.log = directory.resolve("postgresql.log");
        this.programs = programs;
    }

    Path lockFile() {
        return directory.resolve("in-use.lock");
    }

    String superuserPassword() {
        try {
            return Files.readString(passwordFile()).strip();
        } catch (IOException failure) {
            throw new LocalStackException("the superuser's password cannot be read: " + failure, failure);
        }
    }

    /** Makes the data directory if there is none, then starts the server. A normal return means that it takes connections. */
    void start(int port) {
        try {
            if (!Files.exists(data.resolve("PG_VERSION"))) {
                create();
            }
            Files.writeString(data.resolve("alluvium.conf"), SETTINGS.formatted(port));
            programs.giveAway(directory);
        } catch (IOException failure) {
            throw new LocalStackException("PostgreSQL cannot keep its data in " + data + ": " + failure, failure);
        }
        control("-w", "-t", "60", "-l", log.toString(), "start");
    }

    /** @param mode {@code fast} or {@code immediate}, as {@code pg_ctl} understands them */
    void stop(String mode) {
        if (postmaster().isPresent()) {
            control("-w", "-t", "60", "-m", mode, "stop");
        }
    }

    /** The server of a run that was killed is still there: it is ours, and nobody else's, since we have the directory's lock. */
    void stopLeftover() {
        stop("fast");
    }

    /** @return nothing if it is not running */
    Optional<ProcessHandle> postmaster() {
        Path pidFile = data.resolve("postmaster.pid");
        if (!Files.exists(pidFile) || programs.run(log, "pg_ctl", "-D", data.toString(), "status") != 0) {
            return Optional.empty();
        }
        try {
            List<String> lines = Files.readAllLines(pidFile);
            return ProcessHandle.of(Long.parseLong(lines.get(0).strip()));
        } catch (IOException endedMeanwhile) {
            return Optional.empty();
        }
    }

    private void create() throws IOException {
        Directories.delete(data); // an initdb that was interrupted
        Files.createDirectories(data);
        restrictToOwner(data, "rwx------");
        Files.writeString(passwordFile(), newPassword());
        restrictToOwner(passwordFile(), "rw-------");
        programs.giveAway(directory);
        int status = programs.run(
                log,
                "initdb",
                "--pgdata=" + data,
                "--username=" + LocalPostgres.SUPERUSER,
                "--pwfile=" + passwordFile(),
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin", // the same order of text on every machine
                "--builtin-locale=C.UTF-8",
                "--no-instructions");
        if (status != 0) {
            throw new LocalStackException("PostgreSQL cannot prepare " + data + ": " + lastLine());
        }
        Files.writeString(data.resolve("pg_hba.conf"), WHO_MAY_CONNECT);
        Path configuration = data.resolve("postgresql.conf");
        Files.writeString(configuration, Files.readString(configuration) + "\ninclude 'alluvium.conf'\n");
    }

    private void control(String... arguments) {
        String[] command = new String[arguments.length + 2];
        command[0] = "-D";
        command[1] = data.toString();
        System.arraycopy(arguments, 0, command, 2, arguments.length);
        if (programs.run(log, "pg_ctl", command) != 0) {
            throw new LocalStackException("PostgreSQL does not " + arguments[arguments.length - 1] + ": " + lastLine()
                    + " (all of it in " + log + ")");
        }
    }

    private Path passwordFile() {
        return directory.resolve("superuser-password");
    }

    private String lastLine() {
        try {
            return Files.readAllLines(log).stream()
                    .filter(line -> line.contains("FATAL") || line.contains("error:") || line.contains("could not"))
                    .reduce((earlier, later) -> later)
                    .orElse("no reason given");
        } catch (IOException unreadable) {
            return "no reason given";
        }
    }

    private static String newPassword() {
        byte[] random = new byte[18];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private static void restrictToOwner(Path path, String permissions) throws IOException {
        if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        }
    }
}
