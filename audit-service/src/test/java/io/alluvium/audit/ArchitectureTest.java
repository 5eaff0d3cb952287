package io.alluvium.audit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.smallrye.config.ConfigMapping;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The arrows between the stages, and who may be named from outside of one. */
class ArchitectureTest {

    private static final JavaClasses SERVICE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.alluvium.audit");

    /** intake -> topic -> sink -> table -> query; calculation stands beside them and emits like any other application. */
    private static final ArchRule STAGES = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("intake")
            .definedBy("io.alluvium.audit.intake..")
            .layer("topic")
            .definedBy("io.alluvium.audit.topic..")
            .layer("sink")
            .definedBy("io.alluvium.audit.sink..")
            .layer("table")
            .definedBy("io.alluvium.audit.table..")
            .optionalLayer("query")
            .definedBy("io.alluvium.audit.query..")
            .optionalLayer("calculation")
            .definedBy("io.alluvium.audit.calculation..")
            .whereLayer("intake")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("sink")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("query")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("calculation")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("topic")
            .mayOnlyBeAccessedByLayers("intake", "sink")
            .whereLayer("table")
            .mayOnlyBeAccessedByLayers("sink", "query")
            .as("the stages know each other only along the data flow");

    private static final ArchRule PUBLIC_TYPES = classes()
            .that()
            .resideInAnyPackage(
                    "io.alluvium.audit.intake..",
                    "io.alluvium.audit.sink..",
                    "io.alluvium.audit.query..",
                    "io.alluvium.audit.calculation..")
            .and()
            .areTopLevelClasses()
            .should()
            .notBePublic()
            .because("only topic, table and the configuration are named from outside");

    // Quarkus ignores an endpoint that is not public, with a warning that nobody reads.
    private static final ArchRule ENDPOINTS = methods()
            .that()
            .areAnnotatedWith(GET.class)
            .or()
            .areAnnotatedWith(POST.class)
            .or()
            .areAnnotatedWith(PUT.class)
            .or()
            .areAnnotatedWith(DELETE.class)
            .should()
            .bePublic();

    private static final ArchRule ONE_CONFIGURATION =
            noClasses().that().doNotHaveSimpleName("AuditConfig").should().beAnnotatedWith(ConfigMapping.class);

    private static final ArchRule NO_REPORTING_BY_PRINT =
            noClasses().should().accessField(System.class, "out").orShould().accessField(System.class, "err");

    @TestFactory
    Stream<DynamicTest> rules() {
        return Stream.of(STAGES, PUBLIC_TYPES, ENDPOINTS, ONE_CONFIGURATION, NO_REPORTING_BY_PRINT)
                .map(rule -> DynamicTest.dynamicTest(rule.getDescription(), () -> rule.check(SERVICE)));
    }

    @Test
    void aRuleThatIsBrokenIsSeen() {
        // The tests of a stage stand in its package and may look wherever they like: they break the rules.
        JavaClasses withTests = new ClassFileImporter().importPackages("io.alluvium.audit");

        assertThat(PUBLIC_TYPES
                        .evaluate(new ClassFileImporter()
                                .importClasses(io.alluvium.audit.intake.PublicForArchitectureTest.class))
                        .hasViolation())
                .isTrue();
        assertThat(STAGES.evaluate(withTests).hasViolation()).isTrue();
    }
}
