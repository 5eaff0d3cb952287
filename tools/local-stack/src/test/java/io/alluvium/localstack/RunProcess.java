package io.alluvium.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@link Run} in a process of its own, as the script starts it. */
final class RunProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Of all ports from the base that a run uses. */
    static final List<Integer> OFFSETS = List.of(1, 3, 5, 6, 7, 11, 13);

    private final Process process;
    private final Path output;

    private RunProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    static RunProcess start(Path repository, String... options) throws IOException {
        return startAtHome(System.getProperty("user.home"), repository, options);
    }

    static RunProcess startAtHome(String home, Path repository, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Duser.home=" + home,
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Run.class.getName()));
        command.addAll(List.of(options));
        Path output = Files.createTempFile(repository, "output-", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(repository.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("HOME", home);
        return new RunProcess(builder.start(), output);
    }

    /** A base whose ports were free at the time of the call. */
    static int freeBase() {
        for (int attempt = 0; attempt < 100; attempt++) {
            int base = Ports.choose(0);
            if (OFFSETS.stream().allMatch(offset -> Ports.isFree(base + offset))) {
                return base;
            }
        }
        throw new LocalStackException("no free ports");
    }

    RunProcess awaitLine(String text) {
        await("the line " + text).atMost(PATIENCE).until(() -> output().contains(text) || !process.isAlive());
        assertThat(output()).contains(text);
        return this;
    }

    /** What the terminal does for Ctrl-C, and what {@code kill} does. */
    void signal(String name) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /**
     * Ctrl-C; or, where whoever started the tests has made them deaf to it (a job in the background), what {@code kill} does.
     *
     * @return the exit status to expect
     */
    int interrupt() throws IOException, InterruptedException {
        signal(isDeafToCtrlC() ? "TERM" : "INT");
        return isDeafToCtrlC() ? 143 : 130;
    }

    private static boolean isDeafToCtrlC() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return false;
        }
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("SigIgn:")) {
                return (Long.parseUnsignedLong(line.substring(7).strip(), 16) >> 1 & 1) == 1;
            }
        }
        return false;
    }

    int exitStatus() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as(output())
                .isTrue();
        return process.exitValue();
    }

    String output() {
        try {
            return new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Whatever a failed test left running. */
    @Override
    public void close() {
        process.destroy();
        await("the end of run").atMost(PATIENCE).until(() -> !process.isAlive());
    }
}
