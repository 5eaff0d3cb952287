package io.alluvium.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script on machines that lack something: one line says what, and nothing is built or started. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the script is for bash")
final class RunScriptTest {

    private static final List<String> NEEDED = List.of(
            "bash", "env", "dirname", "cat", "grep", "sed", "awk", "mkdir", "rm", "mv", "tee", "find", "head", "ps",
            "uname", "cut");

    @TempDir
    Path directory;

    private Path repository;
    private Path bin;

    private record Answer(int status, String text) {}

    @BeforeEach
    void copyScript() throws IOException {
        repository = Files.createDirectory(directory.resolve("repository"));
        bin = Files.createDirectory(directory.resolve("bin"));
        Files.copy(Path.of(System.getProperty("repository.root")).resolve("run"), repository.resolve("run"));
        for (String program : NEEDED) {
            for (String folder : System.getenv("PATH").split(":")) {
                Path found = Path.of(folder, program);
                if (Files.isExecutable(found) && !Files.exists(bin.resolve(program))) {
                    Files.createSymbolicLink(bin.resolve(program), found);
                }
            }
        }
    }

    @Test
    void noJava() throws Exception {
        assertRefused(run(Map.of()), "run: needs a JDK 17 or newer, found none: install one");
    }

    @Test
    void javaHomeWithoutJava() throws Exception {
        assertRefused(
                run(Map.of("JAVA_HOME", "/nowhere")),
                "run: needs a JDK 17 or newer, but JAVA_HOME is /nowhere, where there is none");
    }

    @Test
    void oldJava() throws Exception {
        assertRefused(run(Map.of("JAVA_HOME", java("11", true))), "run: needs a JDK 17 or newer, found Java 11 (");
        assertRefused(run(Map.of("JAVA_HOME", java("1.8", true))), "run: needs a JDK 17 or newer, found Java 1.8 (");
    }

    @Test
    void javaWithoutCompiler() throws Exception {
        assertRefused(
                run(Map.of("JAVA_HOME", java("17", false))),
                "run: needs a JDK 17 or newer, found a Java without compiler");
    }

    @Test
    void noMaven() throws Exception {
        assertRefused(
                run(Map.of("JAVA_HOME", java("17", true))), "run: needs Maven 3.8.6 or newer, found none: install it");
    }

    @Test
    void oldMaven() throws Exception {
        program(bin.resolve("mvn"), "echo 'Apache Maven 3.6.3 (of long ago)'");

        assertRefused(run(Map.of("JAVA_HOME", java("25", true))), "run: needs Maven 3.8.6 or newer, found 3.6.3 (");
    }

    @Test
    void aBuildThatFailsIsReportedWithItsLog() throws Exception {
        program(
                bin.resolve("mvn"),
                """
                case $1 in
                -v) echo 'Apache Maven 3.8.6 (just new enough)' ;;
                *) echo '[ERROR] the compiler disagrees'; exit 1 ;;
                esac
                """);

        Answer answer = run(Map.of("JAVA_HOME", java("17", true)));

        assertThat(answer.status()).isEqualTo(1);
        assertThat(answer.text())
                .contains("[ERROR] the compiler disagrees", "run: the build failed", ".local/logs/build.log");
        assertThat(repository.resolve(".local/built")).doesNotExist();
    }

    @Test
    void aPlaceThatCannotBeWrittenTo() throws Exception {
        Files.writeString(repository.resolve(".local"), "a file");

        assertRefused(
                run(Map.of("JAVA_HOME", java("17", true))),
                "run: cannot write to " + repository.toRealPath() + "/.local: make it writable for you, or remove it");
    }

    private static void assertRefused(Answer answer, String beginning) {
        assertThat(answer.text()).startsWith(beginning).hasLineCount(1);
        assertThat(answer.status()).isEqualTo(2);
    }

    /** @return a Java home that only knows its version */
    private String java(String version, boolean withCompiler) throws IOException {
        Path home = Files.createDirectories(directory.resolve("java-" + version + withCompiler));
        Files.createDirectories(home.resolve("bin"));
        program(
                home.resolve("bin/java"),
                "echo '    java.specification.version = " + version + "' >&2; echo '    java.home = " + home + "' >&2");
        if (withCompiler) {
            program(home.resolve("bin/javac"), "exit 1");
        }
        return home.toString();
    }

    private static void program(Path file, String body) throws IOException {
        Files.writeString(file, "#!/usr/bin/env bash\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Answer run(Map<String, String> environment) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(bin.resolve("bash").toString(), "run")
                .directory(repository.toFile())
                .redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", bin.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Answer(process.exitValue(), text);
    }
}
