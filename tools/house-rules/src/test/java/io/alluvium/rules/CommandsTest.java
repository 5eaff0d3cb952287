package io.alluvium.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands that people are told to type are the ones that work. */
class CommandsTest {

    private static final String USAGE = "tools/local-stack/src/main/resources/io/alluvium/localstack/usage.txt";
    private static final String OPTIONS = "tools/local-stack/src/main/java/io/alluvium/localstack/RunOptions.java";
    private static final Pattern OPTION_LINE = Pattern.compile("(?m)^ {2}(--[a-z-]+)( [A-Z])?");
    private static final Pattern OPTION_NAME = Pattern.compile("\"(--[a-z-]+)\"");

    /** Lines of the README's code blocks, without what follows a {@code #}. */
    private static List<String> commands(Tree tree) {
        List<String> commands = new ArrayList<>();
        boolean code = false;
        for (String line : tree.text("README.md").lines().toList()) {
            if (line.startsWith("```")) {
                code = !code;
            } else if (code) {
                commands.add(line.replaceAll("\\s+#.*", "").strip());
            }
        }
        return commands;
    }

    private static String lastCommand(Tree tree) {
        return tree.text(".ci/run")
                .lines()
                .reduce((earlier, later) -> later)
                .orElse("")
                .strip();
    }

    private static Set<String> optionsOf(String text, Pattern pattern) {
        Set<String> options = new TreeSet<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            options.add(matcher.group(1));
        }
        return options;
    }

    @Test
    void theReadmeHasTheTwoCommands() {
        assertThat(commands(Tree.ours())).contains("./run --demo", "mvn -B verify");
    }

    @Test
    void whatTheReadmeTellsToTestIsWhatEveryChangeMustPass() {
        assertThat(commands(Tree.ours())).contains(lastCommand(Tree.ours()));
    }

    @Test
    void anotherTestCommandIsFound() {
        Tree tree = Tree.of("README.md", "mvn -B verify\n```\n./run\n```\n", ".ci/run", "cd x\nmvn -B verify\n");

        assertThat(commands(tree)).containsExactly("./run").doesNotContain(lastCommand(tree));
    }

    @Test
    void commandsCanBeRunAsTheyAre() {
        assertThat(Stream.of("run", ".ci/run").map(Tree.ROOT::resolve)).allMatch(Files::isExecutable);
        assertThat(Tree.ROOT.resolve("README.md"))
                .satisfies(text -> assertThat(Files.isExecutable(text)).isFalse());
    }

    @Test
    void usageNamesEveryOptionOfRunAndNoOther() {
        Set<String> told = optionsOf(Tree.ours().text(USAGE), OPTION_LINE);

        assertThat(told).contains("--demo").isEqualTo(optionsOf(Tree.ours().text(OPTIONS), OPTION_NAME));
    }

    static Stream<String> told() {
        return OPTION_LINE
                .matcher(Tree.ours().text(USAGE))
                .results()
                .map(match -> match.group(2) == null ? match.group(1) : match.group(1) + " 18080");
    }

    @ParameterizedTest
    @MethodSource("told")
    void theScriptTakesEveryOptionOfItsUsage(String option) throws Exception {
        assertThat(run((option + " --help").split(" "))).isZero();
    }

    @ParameterizedTest
    @MethodSource("told")
    void theScriptRefusesAMisspeltOption(String option) throws Exception {
        String misspelt = option.replaceFirst("--[a-z]", "--");

        assertThat(run((misspelt + " --help").split(" "))).isEqualTo(2);
    }

    private static int run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("bash", "run"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(Tree.ROOT.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
