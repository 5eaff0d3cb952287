package io.alluvium.emitter;

import static com.tngtech.archunit.core.domain.JavaModifier.ABSTRACT;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Who may enter this library: nothing that names a service or a framework, nothing that anybody has to extend. */
class AdmissionTest {

    private static final JavaClasses LIBRARY = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.alluvium.emitter");

    private static final ArchRule PLAIN_JAVA = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.quarkus..",
                    "io.smallrye..",
                    "jakarta..",
                    "com.fasterxml.jackson.databind..",
                    "org.springframework..");

    private static final ArchRule NO_SERVICE = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.alluvium.audit..", "io.alluvium.kit..", "io.alluvium.sink..");

    private static final ArchRule NOTHING_TO_EXTEND =
            classes().that().arePublic().should(notBeThereToBeExtended());

    private static ArchCondition<JavaClass> notBeThereToBeExtended() {
        return new ArchCondition<>("be final, or an interface of at most one method") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean closed = type.getModifiers().contains(FINAL)
                        || type.isEnum()
                        || type.reflect().isSealed();
                long methods = type.getMethods().stream()
                        .filter(method -> method.getModifiers().contains(ABSTRACT))
                        .count();
                if (!closed && !type.isAnnotation() && !(type.isInterface() && methods <= 1)) {
                    events.add(SimpleConditionEvent.violated(type, type.getName() + " can be extended"));
                }
            }
        };
    }

    @TestFactory
    Stream<DynamicTest> rules() {
        return Stream.of(PLAIN_JAVA, NO_SERVICE, NOTHING_TO_EXTEND)
                .map(rule -> DynamicTest.dynamicTest(rule.getDescription(), () -> rule.check(LIBRARY)));
    }

    /** What the last rule is there to find. */
    @SuppressWarnings("unused")
    public abstract static class Extensible {
        abstract void something();
    }

    @Test
    void aRuleThatIsBrokenIsSeen() {
        JavaClasses offender = new ClassFileImporter().importClasses(Extensible.class);

        Assertions.assertThat(NOTHING_TO_EXTEND.evaluate(offender).hasViolation())
                .isTrue();
    }
}
