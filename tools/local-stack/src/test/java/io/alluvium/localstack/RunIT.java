package io.alluvium.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "sends signals")
final class RunIT {

    private static final String RUNNING = "Running. Ctrl-C stops everything.";

    @TempDir
    Path repository;

    private final int base = RunProcess.freeBase();
    private final String[] atBase = {"--port-base", Integer.toString(base)};

    @BeforeEach
    void build() throws IOException {
        FakeService.buildIn(repository);
    }

    @Test
    void saysWhatIsReadyAndWhereToLookAndStopsAtCtrlC() throws Exception {
        try (RunProcess run = RunProcess.start(repository, atBase)) {
            run.awaitLine(RUNNING);
            assertThat(run.output())
                    .containsPattern("Kafka +ready in +\\d+\\.\\d s +127.0.0.1:" + (base + 5))
                    .containsPattern("PostgreSQL +ready in +\\d+\\.\\d s +127.0.0.1:" + (base + 6))
                    .containsPattern("audit-service +ready in +\\d+\\.\\d s +http://127.0.0.1:" + (base + 1))
                    .containsPattern("webhook-service +ready in +\\d+\\.\\d s +http://127.0.0.1:" + (base + 3))
                    .contains("psql postgresql://audit@127.0.0.1:" + (base + 6) + "/alluvium")
                    .doesNotContain("\033");

            int expected = run.interrupt();

            assertThat(run.exitStatus()).isEqualTo(expected);
            assertThat(run.output()).contains("stopping ...").containsPattern("stopped in \\d+\\.\\d s");
            assertEverythingIsDown();
            assertThat(repository.resolve(".local/logs/audit-service.log"))
                    .content()
                    .contains("fake service listens");
        }
    }

    @Test
    void stopsAtCtrlCInTheMiddleOfAStart() throws Exception {
        try (RunProcess run = RunProcess.start(repository, atBase)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(repository.resolve(".local/postgres")));

            int expected = run.interrupt();

            assertThat(run.exitStatus()).isEqualTo(expected);
            assertThat(run.output()).doesNotContain(RUNNING).doesNotContain("Exception");
            assertEverythingIsDown();
        }
    }

    @Test
    void aSecondRunIsToldThatThereIsOne() throws Exception {
        try (RunProcess run = RunProcess.start(repository, atBase)) {
            run.awaitLine(RUNNING);

            try (RunProcess second = RunProcess.start(repository)) {
                assertThat(second.exitStatus()).isEqualTo(2);
                assertThat(second.output().strip())
                        .isEqualTo("run: already running here: stop the other ./run first (Ctrl-C in its terminal)");
            }
            run.signal("TERM");
            assertThat(run.exitStatus()).isEqualTo(143);
        }
    }

    @Test
    void whatAKilledRunLeftBehindIsEndedByTheNextAndItsDataAreKept() throws Exception {
        try (RunProcess killed = RunProcess.start(repository, atBase)) {
            killed.awaitLine(RUNNING).signal("KILL");
            killed.exitStatus();
            assertThat(Ports.isFree(base + 6)).as("PostgreSQL outlives it").isFalse();
        }
        Path data = repository.resolve(".local/postgres/data/PG_VERSION");
        Object made = Files.getLastModifiedTime(data);

        try (RunProcess next = RunProcess.start(repository, atBase)) {
            next.awaitLine(RUNNING);
            assertThat(Files.getLastModifiedTime(data)).isEqualTo(made);
            int expected = next.interrupt();
            assertThat(next.exitStatus()).isEqualTo(expected);
        }
        assertEverythingIsDown();

        try (RunProcess fresh = RunProcess.start(repository, "--fresh", atBase[0], atBase[1])) {
            fresh.awaitLine(RUNNING);
            assertThat(Files.getLastModifiedTime(data)).isNotEqualTo(made);
        }
    }

    @Test
    void aUserWithoutAHomeIsServedToo() throws Exception {
        try (RunProcess run = RunProcess.startAtHome("/nowhere", repository, atBase)) {
            run.awaitLine(RUNNING);
        }
    }

    @Test
    void aPortInUseIsNamedWithWhatToDo() throws Exception {
        try (ServerSocket taken = new ServerSocket(base + 5, 1, InetAddress.getByName(Ports.HOST));
                RunProcess run = RunProcess.start(repository, atBase)) {
            assertThat(run.exitStatus()).isEqualTo(2);
            assertThat(run.output().strip())
                    .isEqualTo("run: port " + taken.getLocalPort()
                            + " on 127.0.0.1 is in use by another program: Kafka needs it; choose other ports with"
                            + " --port-base, for example ./run --port-base " + (base + 1000));
        }
    }

    @Test
    void aServiceThatDoesNotStartEndsTheRunWithItsLastWords() throws Exception {
        FakeService.refuseToStartIn(repository);

        try (RunProcess run = RunProcess.start(repository, atBase)) {
            assertThat(run.exitStatus()).isEqualTo(1);
            assertThat(run.output())
                    .contains("run: audit-service ended with status 3", "| the reason it gave", "audit-service.log");
        }
        assertEverythingIsDown();
    }

    @Test
    void aDirectoryThatCannotBeUsedIsNamed() throws Exception {
        Files.writeString(repository.resolve(".local"), "a file");

        try (RunProcess run = RunProcess.start(repository, atBase)) {
            assertThat(run.exitStatus()).isEqualTo(2);
            assertThat(run.output())
                    .startsWith(
                            "run: cannot write to " + repository.toRealPath().resolve(".local"))
                    .hasLineCount(1);
        }
    }

    @Test
    void wrongOptionsAreRefusedInOneLine() throws Exception {
        for (String wrong :
                new String[] {"--nope", "--once", "--port-base=80", "--port-base=x", "--port-base", "more"}) {
            try (RunProcess run = RunProcess.start(repository, wrong)) {
                assertThat(run.exitStatus()).as(wrong).isEqualTo(2);
                assertThat(run.output())
                        .startsWith("run: ")
                        .endsWith("(./run --help shows what there is)\n")
                        .hasLineCount(1);
            }
        }
    }

    private void assertEverythingIsDown() {
        assertThat(RunProcess.OFFSETS.stream().map(offset -> base + offset)).allMatch(Ports::isFree);
    }
}
