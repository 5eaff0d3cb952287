package io.alluvium.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing in the repository depends on one machine or on where its packages came from, and nothing is left for later. */
class EveryFileTest {

    private static final Pattern REGISTRY =
            Pattern.compile("https?://(repo\\d*|registry|deb|security|mirrors?|proxy)[.]"
                    + "|(npmjs|pypi|pythonhosted|rubygems|sonatype)[.](org|com)|crates[.]io");

    /** Homes of people and roots of workplaces; {@code ~} and {@code $HOME} are everybody's. */
    private static final Pattern MACHINE_PATH =
            Pattern.compile("(^|[^\\w.$}*-])/(home|Users|root|work)/[\\w.]|[A-Z]:\\\\+Users|/[.]librar" + "y\\b");

    private static final Pattern LEFT_FOR_LATER = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|X" + "XX)\\b");

    private static List<String> with(Tree tree, Pattern pattern) {
        return Tree.linesWith(tree.files(), pattern);
    }

    @Test
    void noFileSaysWherePackagesAreDownloaded() {
        assertThat(with(Tree.ours(), REGISTRY)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"repo1.maven.example", "registry.example/x", "deb.example", "security.example"})
    void anAddressOfARegistryIsFound(String host) {
        Tree tree = Tree.of("pom.xml", "<a/>\n<url>https:/" + "/" + host + "</url>");

        assertThat(with(tree, REGISTRY)).containsExactly("pom.xml:2");
    }

    @Test
    void anAddressThatIsNoRegistryIsFine() {
        String schema = "xsi:schemaLocation=\"http://maven.apache.org/POM/4.0.0\" https://alluvium.example/docs";

        assertThat(with(Tree.of("pom.xml", schema), REGISTRY)).isEmpty();
    }

    @Test
    void noFileNamesAPathOfOneMachine() {
        assertThat(with(Tree.ours(), MACHINE_PATH)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"home/kim/x", "Users/kim", "root/.m2", "work/main"})
    void aPathOfOneMachineIsFound(String path) {
        assertThat(with(Tree.of("run", "cd " + "/" + path), MACHINE_PATH)).containsExactly("run:1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"${repo}/root/x", "docs/work/x", "~/.m2", "/var/cache/alluvium", "a/home/b"})
    void aPathOfEveryMachineIsFine(String path) {
        assertThat(with(Tree.of("run", "cd " + path), MACHINE_PATH)).isEmpty();
    }

    @Test
    void nothingIsLeftForLater() {
        assertThat(with(Tree.ours(), LEFT_FOR_LATER)).isEmpty();
    }

    @Test
    void whatIsLeftForLaterIsFound() {
        Tree tree = Tree.of("A.java", "// FIX" + "ME later\n", "B.java", "// TO" + "DO(kim): now\n", "C.java", "TODOS");

        assertThat(with(tree, LEFT_FOR_LATER)).containsExactly("A.java:1", "B.java:1");
    }
}
