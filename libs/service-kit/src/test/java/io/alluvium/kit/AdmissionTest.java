package io.alluvium.kit;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.inject.Inject;
import jakarta.ws.rs.HttpMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** What may be in the library that every service has: whatever names none of them and needs nobody to extend it. */
class AdmissionTest {

    private static final Pattern A_SERVICE = Pattern.compile("\\b(audit|token-?sync|webhook|session)-?[sS]ervice\\b");

    private static final JavaClasses KIT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.alluvium.kit");

    private static final DescribedPredicate<JavaClass> CLOSED = describe(
            "be final, an interface, a record or an enum",
            type -> type.getModifiers().contains(JavaModifier.FINAL) || type.isInterface() || type.isEnum());

    @Test
    void nobodyExtendsWhatIsPublic() {
        classes()
                .that()
                .arePublic()
                .should(com.tngtech.archunit.lang.conditions.ArchConditions.be(CLOSED))
                .check(KIT);
    }

    @Test
    void aSeamHasOneMethod() {
        for (JavaClass type : KIT) {
            if (type.isInterface() && !type.isAnnotation()) {
                assertThat(type.getMethods().stream()
                                .filter(one -> one.getModifiers().contains(JavaModifier.ABSTRACT)))
                        .as(type.getName())
                        .hasSizeLessThanOrEqualTo(1);
            }
        }
    }

    @Test
    void noServiceIsKnownHere() throws IOException {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.alluvium.audit..", "io.alluvium.webhook..", "io.alluvium.session..")
                .check(KIT);
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.alluvium.tokensync..", "io.alluvium.emitter..", "io.alluvium.localstack..")
                .check(KIT);
        try (Stream<Path> sources = Files.walk(Path.of("src", "main"))) {
            List<Path> naming = sources.filter(Files::isRegularFile)
                    .filter(file -> A_SERVICE.matcher(read(file)).find())
                    .toList();
            assertThat(naming).isEmpty();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    @Test
    void whatAnswersRequestsIsPublicAndItsClassIsNot() {
        methods()
                .that()
                .areMetaAnnotatedWith(HttpMethod.class)
                .should()
                .bePublic()
                .andShould()
                .beDeclaredInClassesThat()
                .areNotPublic()
                .check(KIT);
    }

    @Test
    void whatIsNeededIsAskedForInTheConstructor() {
        fields().should().notBeAnnotatedWith(Inject.class).check(KIT);
    }

    @Test
    void everyPackageSaysWhatItIsAndThatNothingIsNull() {
        for (JavaClass type : KIT) {
            assertThat(type.getPackage().tryGetPackageInfo().map(info -> info.isAnnotatedWith(NullMarked.class)))
                    .as(type.getPackageName())
                    .contains(true);
        }
    }
}
