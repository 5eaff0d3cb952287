package io.alluvium.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What documents point to is there, and what is there is pointed to. */
class DocumentsTest {

    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
    private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```|`[^`\\n]*`");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern TEST = Pattern.compile("`(\\w+)`");
    private static final Pattern KEY = Pattern.compile("entry\\(\"([^\"]+)\", \"([^\"]*)\"\\)");
    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

    private static List<String> brokenLinks(Tree tree) {
        List<String> broken = new ArrayList<>();
        for (String document : tree.paths(".*\\.md")) {
            String prose = CODE.matcher(tree.text(document)).replaceAll("");
            LINK.matcher(prose)
                    .results()
                    .map(match -> match.group(1))
                    .filter(target -> !target.matches("[a-z]+:.*"))
                    .filter(target -> !resolves(tree, document, target))
                    .forEach(target -> broken.add(document + ": " + target));
        }
        return broken;
    }

    private static boolean resolves(Tree tree, String document, String target) {
        String[] parts = target.split("#", 2);
        String path = parts[0].isEmpty()
                ? document
                : URI.create("/" + document).resolve(parts[0]).getPath().substring(1);
        String file = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return tree.has(file) && (parts.length == 1 || anchors(tree.text(file)).contains(parts[1]));
    }

    /** As forges make them: lower case, no punctuation, dashes for spaces. */
    private static List<String> anchors(String text) {
        return HEADING.matcher(text)
                .results()
                .map(match -> match.group(1).toLowerCase(Locale.ROOT))
                .map(heading -> heading.replaceAll("[^\\w\\- ]", "").strip().replace(' ', '-'))
                .toList();
    }

    /** Tests that a document names as proof and that are not there. */
    private static List<String> missingProofs(Tree tree, String document) {
        return tree.text(document)
                .lines()
                .filter(line -> line.startsWith("- Proof:"))
                .flatMap(line -> TEST.matcher(line).results())
                .map(match -> match.group(1))
                .filter(test ->
                        tree.paths("(.*/)?src/test/java/.*/" + test + "[.]java").isEmpty())
                .toList();
    }

    /** Keys that a service pins and no page of docs/ has in a row with the same default. */
    private static List<String> undocumentedKeys(Tree tree) {
        String pages = tree.paths("docs/[^/]+[.]md").stream().map(tree::text).collect(Collectors.joining("\n"));
        return tree.paths("(.*/)?ConfigTest[.]java").stream()
                .flatMap(test -> KEY.matcher(tree.text(test)).results())
                .map(match -> "| `" + match.group(1) + "` | `" + match.group(2) + "` |")
                .filter(row -> !pages.contains(row))
                .toList();
    }

    /** Decisions that the list does not have under their own title. */
    private static List<String> unlistedDecisions(Tree tree) {
        return tree.paths("docs/adr/\\d.*[.]md").stream()
                .filter(path -> {
                    String title =
                            tree.text(path).lines().findFirst().orElse("").replaceFirst("# \\d+[.] ", "");
                    return !tree.text("docs/adr/README.md").contains("(" + Tree.name(path) + ") | " + title + " |");
                })
                .toList();
    }

    /** Modules, by what the parent builds, that the README does not name. */
    private static List<String> unnamedModules(Tree tree) {
        return MODULE.matcher(tree.text("pom.xml"))
                .results()
                .map(match -> match.group(1))
                .filter(module -> tree.text("README.md").lines().noneMatch(line -> line.contains("`" + module + "`")))
                .toList();
    }

    @Test
    void everyLinkLeadsSomewhere() {
        assertThat(brokenLinks(Tree.ours())).isEmpty();
    }

    @Test
    void aLinkThatLeadsNowhereIsFound() {
        Tree tree = Tree.of(
                "README.md", "[a](docs/a.md) [b](docs/b.md#two-words) [c](docs/b.md#three) [d](#here)\n# Here!",
                "docs/b.md", "## Two words\n[up](../README.md) [out](../../x.md) [web](https://alluvium.example)",
                "docs/c.md", "`[code](nowhere.md)`\n```\n[code](nowhere.md)\n```\n[folder](../docs/) [e](#there)");

        assertThat(brokenLinks(tree))
                .containsExactly(
                        "README.md: docs/a.md",
                        "README.md: docs/b.md#three",
                        "docs/b.md: ../../x.md",
                        "docs/c.md: #there");
    }

    @Test
    void theReadmeNamesEveryModule() {
        assertThat(MODULE.matcher(Tree.ours().text("pom.xml")).results().map(MatchResult::group))
                .isNotEmpty();
        assertThat(unnamedModules(Tree.ours())).isEmpty();
    }

    @Test
    void aModuleThatTheReadmeDoesNotNameIsFound() {
        Tree tree = Tree.of(
                "pom.xml",
                "<module>libs/a</module>\n<module>b-service</module>",
                "README.md",
                "- `libs/a` is a library\n");

        assertThat(unnamedModules(tree)).containsExactly("b-service");
    }

    @Test
    void everyGuaranteeIsProven() {
        String guarantees = "docs/guarantees.md";
        String text = Tree.ours().text(guarantees);

        assertThat(text.lines().filter(line -> line.startsWith("## ")).count())
                .isPositive()
                .isEqualTo(
                        text.lines().filter(line -> line.startsWith("- Proof:")).count());
        assertThat(missingProofs(Tree.ours(), guarantees)).isEmpty();
    }

    @Test
    void aProofThatIsNotThereIsFound() {
        Tree tree = Tree.of(
                "docs/guarantees.md",
                "- Proof: `OneIT`, `TwoTest`.\n- Limits: `Three`",
                "m/src/test/java/a/OneIT.java",
                "");

        assertThat(missingProofs(tree, "docs/guarantees.md")).containsExactly("TwoTest");
    }

    @Test
    void everyConfigurationKeyIsDocumentedWithItsDefault() {
        assertThat(KEY.matcher(Tree.ours().text("audit-service/src/test/java/io/alluvium/audit/ConfigTest.java"))
                        .results())
                .isNotEmpty();
        assertThat(undocumentedKeys(Tree.ours())).isEmpty();
    }

    @Test
    void aKeyThatIsDocumentedWithAnotherDefaultIsFound() {
        Tree tree = Tree.of(
                "s/ConfigTest.java", "entry(\"a.b\", \"1\"), entry(\"a.c\", \"2\")",
                "docs/operations.md", "| `a.b` | `1` | fine |\n| `a.c` | `3` | old |");

        assertThat(undocumentedKeys(tree)).containsExactly("| `a.c` | `2` |");
    }

    @Test
    void everyDecisionIsListedUnderItsTitle() {
        assertThat(Tree.ours().paths("docs/adr/\\d.*[.]md")).isNotEmpty();
        assertThat(unlistedDecisions(Tree.ours())).isEmpty();
    }

    @Test
    void aDecisionThatIsNotListedIsFound() {
        Tree tree = Tree.of(
                "docs/adr/0001-a.md",
                "# 1. One\n",
                "docs/adr/0002-b.md",
                "# 2. Two\n",
                "docs/adr/README.md",
                "| [1](0001-a.md) | One |");

        assertThat(unlistedDecisions(tree)).containsExactly("docs/adr/0002-b.md");
    }
}
