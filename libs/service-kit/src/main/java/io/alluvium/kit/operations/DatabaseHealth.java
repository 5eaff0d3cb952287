package io.alluvium.kit.operations;

import io.agroal.api.AgroalDataSource;
import io.alluvium.kit.DatabaseUse;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;
import org.jspecify.annotations.Nullable;

/**
 * Whether the database answers, for a replica that serves from it. Quarkus has such a check, too, but it is there or not for
 * every replica of a build alike: it is switched off.
 */
@Readiness
@Singleton
final class DatabaseHealth implements HealthCheck {

    private static final int PATIENCE_SECONDS = 5;

    private final Instance<DatabaseUse> uses;
    private final AgroalDataSource dataSource;

    DatabaseHealth(@Any Instance<DatabaseUse> uses, AgroalDataSource dataSource) {
        this.uses = uses;
        this.dataSource = dataSource;
    }

    @Override
    public HealthCheckResponse call() {
        List<String> stages = uses.stream()
                .filter(DatabaseUse::running)
                .map(DatabaseUse::stage)
                .sorted()
                .toList();
        HealthCheckResponseBuilder answer = HealthCheckResponse.named("the database answers");
        if (stages.isEmpty() && !uses.isUnsatisfied()) {
            return answer.up()
                    .withData("needed", "by nothing that this replica runs")
                    .build();
        }
        answer.withData("needed", stages.isEmpty() ? "by the service" : "by " + String.join(", ", stages));
        String problem = problem();
        return problem == null
                ? answer.up().build()
                : answer.down().withData("reason", problem).build();
    }

    /** @return null when there is none */
    private @Nullable String problem() {
        try (Connection connection = dataSource.getConnection()) {
            return connection.isValid(PATIENCE_SECONDS) ? null : "the connection is broken";
        } catch (SQLException failure) {
            return String.valueOf(failure.getMessage());
        }
    }
}
