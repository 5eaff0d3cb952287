package io.alluvium.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Short classes with honest names, and packages that say what they are and that null is the exception. */
class JavaFilesTest {

    private static final int MOST_LINES = 300;
    private static final String JAVA = ".*\\.java";

    /** Names that say how a class is made rather than what it is. */
    private static final Pattern EMPTY_NAME =
            Pattern.compile("(Abstract[A-Z].*|.*(Impl|Utils?|Helpers?|Manager))\\.java");

    private static final Pattern EMPTY_PACKAGE = Pattern.compile("(.*/)?(common|commons|utils?|helpers?|misc)/[^/]+");

    private static List<String> tooLong(Tree tree) {
        return tree.paths(JAVA).stream()
                .filter(path -> tree.text(path).lines().count() > MOST_LINES)
                .toList();
    }

    private static List<String> badlyNamed(Tree tree) {
        return tree.paths(JAVA).stream()
                .filter(path -> EMPTY_NAME.matcher(Tree.name(path)).matches()
                        || EMPTY_PACKAGE.matcher(path).matches())
                .toList();
    }

    private static List<String> packagesWithoutNullMarked(Tree tree) {
        TreeSet<String> packages = new TreeSet<>();
        tree.paths("(.*/)?src/main/java/.*\\.java").forEach(path -> packages.add(Tree.folder(path)));
        return packages.stream()
                .filter(folder -> !tree.text(folder + "/package-info.java").contains("NullMarked"))
                .toList();
    }

    @Test
    void noFileIsLongerThanAReaderCanHoldInMind() {
        assertThat(tooLong(Tree.ours())).isEmpty();
    }

    @Test
    void aFileOfOneLineTooManyIsFound() {
        Tree tree = Tree.of("a/Fits.java", "x\n".repeat(MOST_LINES), "a/Long.java", "x\n".repeat(MOST_LINES + 1));

        assertThat(tooLong(tree)).containsExactly("a/Long.java");
    }

    @Test
    void everyClassIsNamedAfterWhatItIs() {
        assertThat(badlyNamed(Tree.ours())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a/SinkImpl.java",
                "a/JsonUtil.java",
                "a/JsonUtils.java",
                "a/TestHelper.java",
                "a/OffsetManager.java",
                "a/AbstractSink.java",
                "a/common/Thing.java",
                "util/Thing.java"
            })
    void anEmptyNameIsFound(String path) {
        assertThat(badlyNamed(Tree.of(path, ""))).containsExactly(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/Abstraction.java", "a/Utility8.java", "a/Implied.java", "a/commons.md"})
    void aNameThatOnlyResemblesAnEmptyOneIsFine(String path) {
        assertThat(badlyNamed(Tree.of(path, ""))).isEmpty();
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(packagesWithoutNullMarked(Tree.ours())).isEmpty();
    }

    @Test
    void aPackageThatIsNotNullMarkedIsFound() {
        Tree tree = Tree.of(
                "m/src/main/java/a/One.java", "",
                "m/src/main/java/a/package-info.java", "@org.jspecify.annotations.NullMarked\npackage a;",
                "m/src/main/java/b/Two.java", "",
                "m/src/main/java/c/Three.java", "",
                "m/src/main/java/c/package-info.java", "package c;",
                "m/src/test/java/d/FourTest.java", "");

        assertThat(packagesWithoutNullMarked(tree)).containsExactly("m/src/main/java/b", "m/src/main/java/c");
    }
}
