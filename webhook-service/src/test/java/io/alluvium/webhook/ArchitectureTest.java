package io.alluvium.webhook;

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
            .importPackages("io.alluvium.webhook");

    /** intake -> topic -> sink -> table -> query; delivery works on the table; token emits events like any other application. */
    private static final ArchRule STAGES = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .optionalLayer("intake")
            .definedBy("io.alluvium.webhook.intake..")
            .optionalLayer("topic")
            .definedBy("io.alluvium.webhook.topic..")
            .optionalLayer("sink")
            .definedBy("io.alluvium.webhook.sink..")
            .optionalLayer("table")
            .definedBy("io.alluvium.webhook.table..")
            .optionalLayer("query")
            .definedBy("io.alluvium.webhook.query..")
            .optionalLayer("delivery")
            .definedBy("io.alluvium.webhook.delivery..")
            .optionalLayer("token")
            .definedBy("io.alluvium.webhook.token..")
            .whereLayer("intake")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("sink")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("query")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("delivery")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("token")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("topic")
            .mayOnlyBeAccessedByLayers("intake", "sink", "token")
            .whereLayer("table")
            .mayOnlyBeAccessedByLayers("sink", "query", "delivery")
            .as("the stages know each other only along the data flow");

    private static final ArchRule PUBLIC_TYPES = classes()
            .that()
            .resideInAnyPackage(
                    "io.alluvium.webhook.intake..",
                    "io.alluvium.webhook.sink..",
                    "io.alluvium.webhook.query..",
                    "io.alluvium.webhook.delivery..",
                    "io.alluvium.webhook.token..")
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
            noClasses().that().doNotHaveSimpleName("WebhookConfig").should().beAnnotatedWith(ConfigMapping.class);

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
        JavaClasses withTests = new ClassFileImporter().importPackages("io.alluvium.webhook");

        assertThat(PUBLIC_TYPES
                        .evaluate(new ClassFileImporter()
                                .importClasses(io.alluvium.webhook.intake.PublicForArchitectureTest.class))
                        .hasViolation())
                .isTrue();
        assertThat(STAGES.evaluate(withTests).hasViolation()).isTrue();
    }
}
