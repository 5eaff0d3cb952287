package io.alluvium.localstack;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The programs of PostgreSQL, unpacked once per version into a directory of this user.
 *
 * <p>Not below the system's temporary directory: there, another user of the machine could put programs of theirs first.
 */
final class PostgresBinaries {

    /** Owner may do all, everybody may read: the server may run as another user than the one who unpacked it. */
    private static final int EXECUTABLE = 0b001_000_000;

    private PostgresBinaries() {}

    /**
     * Several JVMs may call this at once: each unpacks beside the others, the first one to finish is kept.
     *
     * @return the directory that has {@code bin}, {@code lib} and {@code share}
     */
    static Path unpackedIn(Path cache) {
        try {
            byte[] archive = archive();
            Path home = cache.resolve("postgresql-" + digest(archive));
            if (!Files.isDirectory(home)) {
                Files.createDirectories(cache);
                Path fresh = Files.createTempDirectory(cache, "unpacking-");
                unpack(archive, fresh);
                moveUnlessThere(fresh, home);
            }
            return home;
        } catch (IOException failure) {
            throw new LocalStackException(
                    "PostgreSQL cannot be unpacked into " + cache + ": " + failure.getMessage(), failure);
        }
    }

    private static byte[] archive() throws IOException {
        String system = System.getProperty("os.name").startsWith("Windows")
                ? "Windows"
                : System.getProperty("os.name").startsWith("Mac") ? "Darwin" : System.getProperty("os.name");
        String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        try (InputStream packed = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, machine)) {
            return packed.readAllBytes();
        } catch (IllegalStateException missing) {
            throw new LocalStackException(
                    "PostgreSQL for " + system + " on " + machine + " is not to be had from the build ("
                            + missing.getMessage()
                            + "): it is for Linux and macOS on x86-64 and ARM, and Windows on x86-64",
                    missing);
        }
    }

    private static String digest(byte[] archive) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(archive);
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java has SHA-256", impossible);
        }
    }

    private static void unpack(byte[] archive, Path target) throws IOException {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(archive)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = target.resolve(entry.getName()).normalize();
                if (!path.startsWith(target)) {
                    throw new IOException("the archive reaches outside of its directory with " + entry.getName());
                }
                unpack(tar, entry, path);
            }
        }
        target.toFile().setReadable(true, false);
        target.toFile().setExecutable(true, false);
    }

    private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path path) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(path);
            return;
        }
        Files.createDirectories(path.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else {
            Files.copy(tar, path);
            if ((entry.getMode() & EXECUTABLE) != 0) {
                path.toFile().setExecutable(true, false);
            }
        }
    }

    private static void moveUnlessThere(Path fresh, Path home) throws IOException {
        try {
            Files.move(fresh, home);
        } catch (FileAlreadyExistsException anotherWasFaster) {
            Directories.delete(fresh);
        } catch (IOException failure) {
            if (!Files.isDirectory(home)) { // a full target directory is reported in other ways, too
                throw failure;
            }
            Directories.delete(fresh);
        }
    }
}
