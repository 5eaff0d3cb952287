package io.alluvium.webhook.fire;

import static org.assertj.core.api.Assertions.assertThat;

import io.alluvium.webhook.ServiceProcess;
import io.alluvium.webhook.TestSources;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka away, the service killed, the disk full: what was answered 200 is stored, once, in the order of its record. */
class SpoolUnderFireIT {

    private static final int SENDERS = 6;

    @TempDir
    Path directory;

    private Fire fire;

    @BeforeEach
    void start() throws IOException {
        fire = new Fire(directory, "spool");
    }

    @AfterEach
    void stop() {
        fire.close();
    }

    @Test
    void whatWasAnsweredIsStoredOnceAndInOrderWhileKafkaIsAwayAndTheServiceIsKilled() throws Exception {
        fire.startService(Map.of());
        fire.awaitReady();
        int deliveries;
        try (Senders senders = new Senders(fire::service)) {
            senders.start(SENDERS);
            senders.awaitAnswers(100);

            fire.stack().kafka().stop();
            senders.slowest();
            senders.awaitAnswers(500);
            assertThat(senders.slowest()).as("nobody waits for Kafka").isLessThan(Duration.ofSeconds(5));
            assertThat(senders.refused()).isZero();
            assertThat(fire.health()).contains("\"redis_connected\":false");

            fire.service().kill();
            fire.startService(Map.of());
            senders.awaitAnswers(300);
            senders.refused();
            fire.stack().kafka().start();
            senders.awaitAnswers(300);
            fire.awaitDirect();
            senders.awaitAnswers(300);
            assertThat(senders.refused()).isZero();
            deliveries = senders.finish();
        }

        fire.awaitStored(2L * deliveries);
        assertThat(fire.log()).doesNotContain(TestSources.ZOHO_SECRET);
    }

    @Test
    void aFullSpoolIsAnswered503AndTakesWebhooksAgainWhenItIsDrained() throws Exception {
        fire.startService(
                Map.of("webhook.intake.spool.max-size", "20000", "webhook.intake.spool.segment-size", "5000"));
        fire.awaitReady();
        try (Senders sender = new Senders(fire::service)) {
            assertThat(sender.post("full", 1).statusCode()).isEqualTo(200);
            fire.stack().kafka().stop();

            int answered = 1;
            HttpResponse<String> last = sender.post("full", answered + 1);
            while (last.statusCode() == 200) {
                answered++;
                last = sender.post("full", answered + 1);
            }

            assertThat(answered).isBetween(5, 50);
            assertThat(last.statusCode()).isEqualTo(503);
            assertThat(last.headers().firstValue("Retry-After")).hasValue("5");
            assertThat(last.body()).contains("Queue full or unavailable");
            assertThatNoneStartsBeside();

            fire.stack().kafka().start();
            fire.awaitDirect();
            assertThat(sender.post("full", answered + 1).body()).contains("accepted");
            fire.awaitStored(2L * (answered + 1));
        }
    }

    /** Neither with the same spool, nor with a source that is not sound. */
    private void assertThatNoneStartsBeside() throws Exception {
        ServiceProcess second = fire.another(Map.of());
        ServiceProcess unsound = fire.another(Map.of("webhook.intake.sources.shop.verifier", "shopfiy"));

        assertThat(second.exitValue()).isNotZero();
        assertThat(unsound.exitValue()).isNotZero();
        assertThat(fire.log())
                .contains("webhook.intake.spool.directory")
                .contains("another process uses it")
                .contains("webhook.intake.sources.shop: verifier must be one of standard-webhooks, zoho");
    }
}
