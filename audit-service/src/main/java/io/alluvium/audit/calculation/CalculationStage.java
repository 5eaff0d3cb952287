package io.alluvium.audit.calculation;

import io.alluvium.audit.AuditConfig;
import io.alluvium.kit.Problem;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.NameBinding;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.ext.Provider;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks the resources that this stage can switch off. */
@NameBinding
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface CalculationStage {

    /** Answers for them while they are switched off. */
    @Provider
    @CalculationStage
    final class Switch implements ContainerRequestFilter {

        // Filters are made before the settings of this run are known.
        private final Instance<AuditConfig> config;

        Switch(Instance<AuditConfig> config) {
            this.config = config;
        }

        @Override
        public void filter(ContainerRequestContext request) {
            if (!config.get().calculation().enabled()) {
                throw Problem.notFound("this replica has no calculations: audit.calculation.enabled is false");
            }
        }
    }
}
