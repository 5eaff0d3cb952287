package io.alluvium.localstack;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs {@code initdb} and {@code pg_ctl} as somebody PostgreSQL accepts: it refuses to run as root, whom containers and build
 * machines often give us. There, the programs run in a user namespace of their own (still us, without the power of root) or,
 * where the container forbids that, as the user {@code nobody}, to whom the data directory is then given.
 */
final class PostgresPrograms {

    private static final String NOBODY = "65534";
    private static final List<String> OWN_NAMESPACE = List.of("unshare", "-U");
    private static final List<String> AS_NOBODY =
            List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
    private static final int PROGRAM_SECONDS = 120;

    private final Path bin;
    private final List<String> identity;

    private PostgresPrograms(Path home, List<String> identity) {
        this.bin = home.resolve("bin");
        this.identity = identity;
    }

    /** @param directory of the server; the programs are unpacked there for a user who has no home */
    static PostgresPrograms ofThisMachine(Path directory) {
        return as(identity(), directory);
    }

    static PostgresPrograms asNobody() {
        return as(AS_NOBODY, Path.of("never needed: root has a home"));
    }

    private static PostgresPrograms as(List<String> identity, Path directory) {
        Path cache = identity.equals(AS_NOBODY)
                ? Path.of("/var/cache/alluvium") // nobody cannot look into the home directory of root
                : cacheOfThisUser(directory);
        return new PostgresPrograms(PostgresBinaries.unpackedIn(cache), identity);
    }

    /** Containers run programs as users who are in no list: their home is "?" or nowhere, whatever HOME says. */
    private static Path cacheOfThisUser(Path directory) {
        for (String home : new String[] {System.getProperty("user.home"), System.getenv("HOME")}) {
            if (home != null && Files.isDirectory(Path.of(home)) && Files.isWritable(Path.of(home))) {
                return Path.of(home, ".cache", "alluvium");
            }
        }
        return directory.resolve("programs");
    }

    private static List<String> identity() {
        if (System.getProperty("os.name").startsWith("Windows") || new UnixSystem().getUid() != 0) {
            return List.of();
        }
        if (succeeds(OWN_NAMESPACE)) {
            return OWN_NAMESPACE;
        }
        if (succeeds(AS_NOBODY)) {
            return AS_NOBODY;
        }
        throw new LocalStackException(
                "PostgreSQL refuses to run as root: run this as an ordinary user, or install util-linux");
    }

    private static boolean succeeds(List<String> identity) {
        try {
            List<String> command = new ArrayList<>(identity);
            command.add("true");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException notInstalled) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Lets the server read and write what is in the directory, if it runs as somebody else than we do. */
    void giveAway(Path directory) throws IOException {
        if (!identity.equals(AS_NOBODY)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.toList()) {
                Files.setAttribute(path, "unix:uid", Integer.valueOf(NOBODY));
                Files.setAttribute(path, "unix:gid", Integer.valueOf(NOBODY));
            }
        }
    }

    /**
     * Runs the program to its end, its output going to the end of the log.
     *
     * @return its exit status
     */
    int run(Path log, String program, String... arguments) {
        List<String> command = new ArrayList<>(identity);
        command.add(bin.resolve(program).toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(log.getParent().toFile()) // nobody may not look into ours
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(nothing()))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("LC_ALL", "C");
        builder.environment().keySet().removeIf(name -> name.startsWith("PG")); // settings for the user's own servers
        try {
            Process process = builder.start();
            if (!process.waitFor(PROGRAM_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new LocalStackException(program + " did not end within " + PROGRAM_SECONDS + " s: see " + log);
            }
            return process.exitValue();
        } catch (IOException failure) {
            throw new LocalStackException(program + " cannot be run: " + failure.getMessage(), failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new LocalStackException("interrupted while " + program + " was running", interrupted);
        }
    }

    private static java.io.File nothing() {
        return new java.io.File(System.getProperty("os.name").startsWith("Windows") ? "NUL" : "/dev/null");
    }
}
