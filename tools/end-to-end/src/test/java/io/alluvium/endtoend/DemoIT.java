package io.alluvium.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./run --demo --once} as a newcomer sees it, with the services that were just built. */
class DemoIT {

    private static final Path ROOT = Path.of(System.getProperty("repository.root"));
    private static final Path STACK = ROOT.resolve("tools/local-stack/target");

    private static final List<String> SERVICES = List.of("audit-service", "webhook-service");

    @TempDir
    Path directory;

    @Test
    void everyWayInIsAccountedForAndTheRunEnds() throws Exception {
        assumeThat(System.getProperty("db"))
                .as("the local stack has PostgreSQL only")
                .isNotEqualTo("sqlserver");
        assertThat(STACK.resolve("lib"))
                .as("built by mvn package in tools/local-stack")
                .isDirectory();
        for (String service : SERVICES) {
            Files.createSymbolicLink(directory.resolve(service), ROOT.resolve(service));
        }
        Path output = directory.resolve("output.txt");

        Process run = run(output);

        assertThat(run.waitFor(4, TimeUnit.MINUTES)).isTrue();
        assertThat(output)
                .content()
                .containsPattern("HTTP, one by one +20 +20 +0 +0\n")
                .containsPattern("HTTP, one array +200 +200 +0 +0\n")
                .containsPattern("HTTP, one per line +500 +500 +0 +0\n")
                .containsPattern("HTTP, sent again +30 +0 +30 +0\n")
                .containsPattern("topic, directly +1,000 +1,000 +0 +0\n")
                .containsPattern("topic, sent again +30 +0 +30 +0\n")
                .containsPattern("topic, malformed +2 +0 +0 +2\n")
                .containsPattern("calculations, captured +16 +16 +0 +0\n")
                .containsPattern("engine logs, over HTTP +187 +187 +0 +0\n")
                .containsPattern("engine_db_log_recording_config +PLAY started\n")
                .containsPattern("INSERT +by api_user +Calculation created\n")
                .containsPattern(
                        "UPDATE +by system_auto_approval +Updated 3 fields: approval_date, approved_by, updated_at\n")
                .contains("The books balance", "Broker and database agree")
                .containsPattern("UPDATE +by \\w+ +\\[\"items\",\"total\"\\]\n")
                .containsPattern("GitHub +30 +30 +0 +0\n")
                .containsPattern("Zoho, one record +20 +20 +0 +0\n")
                .containsPattern("Zoho, three records each +30 +30 +0 +0\n")
                .containsPattern("GitHub, delivered again +30 +0 +30 +0\n")
                .containsPattern(
                        "80 of 80 events were delivered to a receiver on 127.0.0.1:\\d+, signed, each record's in order")
                .contains("3 deliveries whose body was changed by one byte were refused with 401")
                .contains("psql postgresql://audit@", "/q/swagger-ui", "stopped in");
        assertThat(run.exitValue()).isZero();
        for (String service : SERVICES) {
            assertThat(directory.resolve(".local/logs/" + service + ".log"))
                    .content()
                    .contains("Profile local activated")
                    .doesNotContain(" ERROR ");
        }
    }

    private Process run(Path output) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                STACK.resolve("local-stack.jar") + File.pathSeparator + STACK.resolve("lib") + File.separator + "*",
                "io.alluvium.localstack.Run",
                "--demo",
                "--once",
                "--port-base",
                Integer.toString(ThreadLocalRandom.current().nextInt(20_000, 31_000)));
        Process run = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(run::destroy));
        return run;
    }
}
