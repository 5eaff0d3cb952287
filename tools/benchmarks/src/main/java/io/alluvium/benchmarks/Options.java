package io.alluvium.benchmarks;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code --name value} pairs after the command. A run with any of them is a trial: its figures are not those of record. */
final class Options {

    private final String line;
    private final Map<String, String> given;

    private Options(String line, Map<String, String> given) {
        this.line = line;
        this.given = Map.copyOf(given);
    }

    static Options parse(String[] arguments, Set<String> known) {
        Map<String, String> given = new HashMap<>();
        for (int i = 1; i < arguments.length; i += 2) {
            String name = arguments[i].replaceFirst("^--", "");
            if (!known.contains(name) || i + 1 == arguments.length) {
                throw new IllegalArgumentException("settings are pairs of --name value, with a name of " + known);
            }
            given.put(name, arguments[i + 1]);
        }
        return new Options(String.join(" ", arguments), given);
    }

    int number(String name, int standard) {
        String value = given.get(name);
        if (value == null) {
            return standard;
        }
        try {
            return Math.max(1, Integer.parseInt(value.replace("_", "")));
        } catch (NumberFormatException wrong) {
            throw new IllegalArgumentException("--" + name + " takes a whole number, got " + value);
        }
    }

    /** What the service's JVM is started with; {@code --jvm} takes them separated by blanks. */
    List<String> jvm(String... standard) {
        String value = given.get("jvm");
        return value == null ? List.of(standard) : List.of(value.strip().split("\\s+"));
    }

    /** The words after {@code measure}. */
    String line() {
        return line;
    }

    /** Where results go: figures of record into the documentation, those of trials are thrown away with the build. */
    Path results() {
        return given.isEmpty() ? Path.of("docs", "measurements") : Path.of("tools", "benchmarks", "target", "trials");
    }

    /** A directory that {@code mvn clean} removes. */
    static Path scratch() {
        return Path.of("tools", "benchmarks", "target");
    }
}
