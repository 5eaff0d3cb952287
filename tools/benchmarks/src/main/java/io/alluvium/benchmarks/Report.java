package io.alluvium.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A page of results: printed, and kept as Markdown with what one needs to know to repeat it. */
final class Report {

    private final String name;
    private final Options options;
    private final List<String> lines = new ArrayList<>();
    private final String loadBefore = load();

    Report(String name, String title, Options options) {
        this.name = name;
        this.options = options;
        lines.add("# " + title);
        lines.add("");
    }

    static void progress(String what) {
        System.err.printf("%tT  %s%n", System.currentTimeMillis(), what);
    }

    Report text(String paragraph) {
        lines.add(paragraph.strip());
        lines.add("");
        return this;
    }

    Report table(List<String> heads, List<List<String>> rows) {
        lines.add("| " + String.join(" | ", heads) + " |");
        lines.add("|---" + "|---:".repeat(heads.size() - 1) + "|");
        rows.forEach(row -> lines.add("| " + String.join(" | ", row) + " |"));
        lines.add("");
        return this;
    }

    /** Prints the page and keeps it. */
    void publish() throws IOException {
        lines.addAll(facts());
        String page = String.join("\n", lines) + "\n";
        System.out.println("\n" + page);
        Path file = Files.createDirectories(options.results()).resolve(name + ".md");
        Files.writeString(file, page);
        progress("kept in " + file);
    }

    private List<String> facts() {
        Runtime.Version version = Runtime.version();
        return List.of(
                "## How",
                "",
                "```",
                "mvn -Pbenchmarks -pl tools/benchmarks -am -Dquick package && tools/benchmarks/measure "
                        + options.line(),
                "```",
                "",
                "* " + LocalDate.now(ZoneOffset.UTC) + ", commit " + commit(),
                "* " + Runtime.getRuntime().availableProcessors() + " cores (" + lineOf("/proc/cpuinfo", "model name")
                        + "), memory " + lineOf("/proc/meminfo", "MemTotal"),
                "* JDK " + version + ", " + lineOf("/etc/os-release", "PRETTY_NAME") + ", "
                        + System.getProperty("os.name") + " " + System.getProperty("os.version"),
                "* Load of the machine: " + loadBefore + " before, " + load()
                        + " after (1 minute; the measured work included)",
                "* Broker, database, service and load all share these cores.");
    }

    private static String load() {
        try {
            return Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
        } catch (IOException unknown) {
            return "unknown";
        }
    }

    private static String lineOf(String file, String key) {
        try {
            return Files.readAllLines(Path.of(file)).stream()
                    .filter(line -> line.startsWith(key))
                    .map(line -> line.substring(key.length()).replaceAll("^[\\s:=\"]+|\"$", ""))
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException unknown) {
            return "unknown";
        }
    }

    private static String commit() {
        try {
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty", "--exclude", "*")
                    .redirectErrorStream(true)
                    .start();
            String answer = new String(git.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            return git.waitFor(10, TimeUnit.SECONDS) && git.exitValue() == 0 ? answer.strip() : "unknown";
        } catch (IOException noGit) {
            return "unknown";
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
