package io.alluvium.audit.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.alluvium.audit.AuditStack;
import io.alluvium.audit.EngineRows;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.security.TestSecurity;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The example client of docs/, run by a real Python against the service. */
@QuarkusTest
@QuarkusTestResource(AuditStack.class)
@TestSecurity(user = "engine", roles = "emitter")
class PythonClientIT {

    private static final String CLIENT = "../docs/examples/engine_log.py";

    @Inject
    EngineRows stored;

    @TestHTTPResource("/")
    URL service;

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    private static boolean hasPython() throws InterruptedException {
        try {
            run("python3", "--version");
            return true;
        } catch (IOException none) {
            return false;
        }
    }

    @Test
    void everyRowOfTheExampleIsStoredAndEveryMistakeIsNamed() throws Exception {
        assumeTrue(hasPython(), "there is no python3 on this machine");

        String output = run("python3", "-B", CLIENT, service.toString());

        Matcher end = Pattern.compile("recording (\\d+): 46 rows sent, 2 refused, 0 dropped")
                .matcher(output);
        assertThat(end.find()).as(output).isTrue();
        assertThat(output)
                .contains("ENGINE_DB_LOG_STEPS - NO_SUCH_COLUMN: is no column of engine_db_log_steps")
                .contains("ENGINE_DB_LOG_NOTHING - there is no such table");
        String steps = "SELECT count(*) FROM engine_db_log_steps WHERE recording_id = " + end.group(1);
        stored.awaited(steps + " HAVING count(*) = 10");
        stored.awaited(
                "SELECT 1 FROM engine_db_log_functions WHERE start_stop_or_error_msg = 'Error: ValueError: no samples'"
                        + " AND python_function_name = 'broken'");
        assertThat(stored.awaited("SELECT traceback_text FROM engine_db_log_function_error"
                        + " WHERE python_function_name = 'broken' ORDER BY id DESC"))
                .startsWith("Traceback");
    }
}
