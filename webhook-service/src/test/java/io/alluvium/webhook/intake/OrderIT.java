package io.alluvium.webhook.intake;

import static io.alluvium.webhook.Signatures.utf8;
import static io.alluvium.webhook.intake.Requests.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.alluvium.webhook.Signatures;
import io.alluvium.webhook.StoredEvents;
import io.alluvium.webhook.TestSources;
import io.alluvium.webhook.WebhookStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(WebhookStack.class)
class OrderIT {

    private static final int DELIVERIES = 300;

    @Inject
    Intake intake;

    @Inject
    Sources sources;

    @Inject
    StoredEvents stored;

    /** Nobody waits for an answer before the next one is sent. */
    @Test
    void deliveriesOfOneRecordAreStoredInTheOrderOfTheirArrival() {
        String record = id();

        List<CompletableFuture<Receipt>> answers = IntStream.range(0, DELIVERIES)
                .mapToObj(n -> accept("{\"data\":{\"id\":\"%s\",\"n\":%d}}".formatted(record, n)))
                .toList();
        answers.forEach(CompletableFuture::join);

        await().atMost(Duration.ofSeconds(30))
                .until(() -> stored.text("SELECT count(*) FROM webhook_events WHERE order_key = ?", "zoho:" + record)
                        .equals(String.valueOf(DELIVERIES)));
        assertThat(stored.text(
                        "SELECT string_agg(record_data ->> 'n', ' ' ORDER BY seq) FROM webhook_events WHERE order_key = ?",
                        "zoho:" + record))
                .isEqualTo(
                        IntStream.range(0, DELIVERIES).mapToObj(String::valueOf).collect(Collectors.joining(" ")));
    }

    private CompletableFuture<Receipt> accept(String body) {
        Delivery delivery = Sent.body(body)
                .header("X-Zoho-Event-Id", id())
                .header("X-Zoho-Signature", Signatures.hex(TestSources.ZOHO_SECRET, utf8(body)))
                .delivery();
        return intake.accept(sources.find("zoho"), delivery).toCompletableFuture();
    }
}
