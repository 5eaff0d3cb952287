package io.alluvium.localstack;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server beside this JVM, listening on 127.0.0.1, with its data and its log in a directory.
 *
 * <p>What was committed is there again after {@link #stop()}, {@link #stopImmediate()} or a loss of power: {@code fsync} is on.
 * Roles of services log in without a password, from this machine only, and see nothing but their schema; the superuser has a
 * random password in a file that only this user can read, since a superuser may run programs as us. Thread-safe.
 */
public final class LocalPostgres implements AutoCloseable {

    public static final String DATABASE = "alluvium";
    public static final String SUPERUSER = "postgres";

    private static final Logger LOGGER = LoggerFactory.getLogger(LocalPostgres.class);

    private final PostgresCluster cluster;
    private final int port;
    private @Nullable FileChannel lock;

    private LocalPostgres(PostgresCluster cluster, int port) {
        this.cluster = cluster;
        this.port = port;
    }

    /**
     * A normal return means that the server takes connections.
     *
     * @param directory where data are kept; created if missing; one server at a time
     * @param port      0 for a free one
     * @throws LocalStackException if the port is taken or the directory cannot be used
     */
    public static LocalPostgres start(Path directory, int port) {
        return start(directory, port, PostgresPrograms.ofThisMachine(directory.toAbsolutePath()));
    }

    static LocalPostgres start(Path directory, int port, PostgresPrograms programs) {
        PostgresCluster cluster = new PostgresCluster(directory.toAbsolutePath(), programs);
        LocalPostgres postgres = new LocalPostgres(cluster, Ports.choose(port));
        postgres.start();
        return postgres;
    }

    /** Ends the server that a killed run left behind in the directory, if there is one. */
    static void endLeftover(Path directory) {
        if (Files.isDirectory(directory)) {
            Path absolute = directory.toAbsolutePath();
            new PostgresCluster(absolute, PostgresPrograms.ofThisMachine(absolute)).stopLeftover();
        }
    }

    public int port() {
        return port;
    }

    /** For {@link #SUPERUSER} the address includes the password. */
    public String jdbcUrl(String database, String user) {
        String address = "jdbc:postgresql://" + Ports.HOST + ":" + port + "/" + database + "?user=" + user;
        return user.equals(SUPERUSER) ? address + "&password=" + cluster.superuserPassword() : address;
    }

    /** The process of the server, if it is running: for whoever wants to know when it ends. */
    public Optional<ProcessHandle> process() {
        return cluster.postmaster();
    }

    /** Starts the server again with the data it had, on the same port. Does nothing if it is running. */
    public synchronized void start() {
        if (lock != null) {
            return;
        }
        FileChannel taken = takeDirectory();
        try {
            cluster.stopLeftover();
            Ports.requireFree(port, "PostgreSQL");
            cluster.start(port);
            lock = taken;
        } finally {
            if (lock == null) {
                release(taken);
            }
        }
        LOGGER.atInfo().addKeyValue("port", port).log("postgresql started");
    }

    /** Ends all connections, writes everything and stops. Does nothing if it is not running. */
    public void stop() {
        stop("fast");
    }

    /** Stops at once, as if the machine had died: the next {@link #start()} recovers from the log of the database. */
    public void stopImmediate() {
        stop("immediate");
    }

    @Override
    public void close() {
        stop();
    }

    /**
     * Makes the database {@value #DATABASE}, a schema, and a role of the same name: it owns the schema, its {@code search_path} is
     * the schema and nothing else, and it can look into no other one. What is there already stays as it is.
     *
     * @param schema lower-case letters, digits and underscores
     */
    public void createSchemaWithRole(String schema) {
        SchemaWithRole.create(jdbcUrl("postgres", SUPERUSER), jdbcUrl(DATABASE, SUPERUSER), schema);
    }

    private synchronized void stop(String mode) {
        if (lock == null) {
            return;
        }
        cluster.stop(mode);
        release(lock);
        lock = null;
        LOGGER.atInfo().addKeyValue("port", port).addKeyValue("mode", mode).log("postgresql stopped");
    }

    /** A lock of ours, since the server's own says only that somebody uses the directory, not whether they are still alive. */
    private FileChannel takeDirectory() {
        Path file = cluster.lockFile();
        try {
            Files.createDirectories(file.getParent());
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                if (channel.tryLock() != null) {
                    return channel;
                }
            } catch (OverlappingFileLockException sameJvm) {
                LOGGER.atDebug().log("directory taken in this JVM");
            }
            channel.close();
        } catch (IOException unusable) {
            throw new LocalStackException(
                    "PostgreSQL cannot keep its data in " + file.getParent() + ": " + unusable, unusable);
        }
        throw new LocalStackException(file.getParent() + " is in use by another local stack: stop that one first");
    }

    private static void release(FileChannel lock) {
        try {
            lock.close();
        } catch (IOException failure) {
            LOGGER.atWarn().setCause(failure).log("lock file cannot be closed");
        }
    }
}
