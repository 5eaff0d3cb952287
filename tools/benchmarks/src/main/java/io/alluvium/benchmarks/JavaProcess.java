package io.alluvium.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A program of this module in a JVM of its own, so that its CPU is measured alone. It answers a line on its standard
 * input with a line on its standard output, and ends when its input ends: it cannot outlive us. Not thread-safe.
 */
final class JavaProcess implements AutoCloseable {

    private static final String ENDED = "";

    private final Process process;
    private final Writer questions;
    private final Path log;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    private JavaProcess(Process process, Path log) {
        this.process = process;
        this.questions = process.outputWriter(StandardCharsets.UTF_8);
        this.log = log;
        Thread pump = new Thread(this::pump, "answers");
        pump.setDaemon(true);
        pump.start();
    }

    static JavaProcess start(Class<?> program, List<String> jvm, String... arguments) throws IOException {
        Path logs = Files.createDirectories(Options.scratch().resolve("logs"));
        Path log = logs.resolve(program.getSimpleName() + ".log");
        List<String> command = new ArrayList<>();
        command.add(java());
        command.addAll(jvm);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return new JavaProcess(process, log);
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private void pump() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                answers.add(line);
            }
        } catch (IOException broken) {
            // the end, as far as we can know
        } finally {
            answers.add(ENDED);
        }
    }

    long pid() {
        return process.pid();
    }

    void tell(String line) throws IOException {
        questions.write(line + "\n");
        questions.flush();
    }

    String answer(Duration patience) throws IOException, InterruptedException {
        String line = answers.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        if (line == null || line.equals(ENDED)) {
            throw new IOException((line == null ? "no answer after " + patience : "it ended") + ": see " + log);
        }
        return line;
    }

    @Override
    public void close() throws IOException {
        questions.close();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
