package io.alluvium.webhook.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.alluvium.kit.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class FingerprintTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private static final Source ZOHO =
            ConfiguredSource.verifier("zoho").secrets("x").source();
    private static final Source SHOPIFY =
            ConfiguredSource.verifier("shopify").secrets("x").source();
    private static final Source STRIPE =
            ConfiguredSource.verifier("stripe").secrets("x").source();

    private static Publication publication(Source source, Sent sent) {
        Delivery delivery = sent.delivery();
        Payload payload = source.format().read(delivery.headers(), delivery.body());
        String inHeader = source.idIn(delivery.headers());
        return Publication.of(
                source,
                inHeader == null ? payload.eventId() : inHeader,
                delivery,
                Hashes.sha256(delivery.body()),
                payload.records());
    }

    private static Fingerprint fingerprint(Source source, Sent sent) {
        return Fingerprint.of(publication(source, sent));
    }

    @Test
    void theSameBodyUnderTwoTopicsIsNotTheSameMaterial() {
        String order = "{\"id\":820982911946154508,\"total_price\":\"403.00\"}";
        Fingerprint created = fingerprint(SHOPIFY, Sent.body(order).header("X-Shopify-Topic", "orders/create"));
        Fingerprint paid = fingerprint(SHOPIFY, Sent.body(order).header("X-Shopify-Topic", "orders/paid"));
        Fingerprint again = fingerprint(SHOPIFY, Sent.body(order).header("X-Shopify-Topic", "orders/create"));

        assertThat(created.bodySha256()).isEqualTo(paid.bodySha256());
        assertThat(created.material()).isNotEqualTo(paid.material()).isEqualTo(again.material());
        assertThat(created.marks()).doesNotContainAnyElementsOf(paid.marks());
    }

    @Test
    void aDeliveryWithoutAnIdHasTheSameOneWhenItComesAgain() {
        Fingerprint first = fingerprint(ZOHO, Sent.body("{\"data\":{}}").at(NOON));
        Fingerprint soon = fingerprint(ZOHO, Sent.body("{\"data\":{}}").at(NOON.plusSeconds(299)));
        Fingerprint next = fingerprint(ZOHO, Sent.body("{\"data\":{}}").at(NOON.plusSeconds(301)));
        Fingerprint other = fingerprint(ZOHO, Sent.body("{\"data\":{ }}").at(NOON));

        assertThat(soon.eventId()).isEqualTo(first.eventId());
        assertThat(next.eventId()).isNotEqualTo(first.eventId());
        assertThat(next.earlierId()).isEqualTo(first.eventId());
        assertThat(next.earlierRowIds()).isEqualTo(first.rowIds());
        assertThat(other.eventId()).isNotEqualTo(first.eventId());
    }

    @Test
    void withoutAWindowEveryDeliveryWithoutAnIdIsAnotherOne() {
        Source source = ConfiguredSource.verifier("zoho")
                .secrets("x")
                .key("replay-window", "0S")
                .source();
        Fingerprint one = fingerprint(source, Sent.body("{}").at(NOON));
        Fingerprint other = fingerprint(source, Sent.body("{}").at(NOON));

        assertThat(one.marks()).doesNotContainAnyElementsOf(other.marks());
        assertThat(fingerprint(source, Sent.body("{}").header("X-Zoho-Event-Id", "a"))
                        .marks())
                .containsExactly("i:source:a");
    }

    @Test
    void anArrayWhoseElementsHaveIdsIsKnownByAllOfThem() {
        Fingerprint ab = fingerprint(STRIPE, Sent.body("[{\"id\":\"a\"},{\"id\":\"b\"}]"));
        Fingerprint ac = fingerprint(STRIPE, Sent.body("[{\"id\":\"a\"},{\"id\":\"c\"}]"));

        assertThat(ab.eventIds()).containsExactly("a", "b");
        assertThat(ab.idMark()).isNotEqualTo(ac.idMark());
    }

    @Test
    void anArrayWithoutAnIdForEachElementIsKnownByItsBody() {
        for (String body : List.of("[{\"id\":\"a\"},{}]", "[{\"id\":\"a\"},{\"id\":\"a\"}]")) {
            Fingerprint one = fingerprint(STRIPE, Sent.body(body).at(NOON));

            assertThat(one.by()).isEqualTo(Fingerprint.By.MATERIAL);
            assertThat(one.eventIds()).containsExactly(one.eventId() + "#1", one.eventId() + "#2");
        }
    }

    @Test
    void noOwnIdIsThatOfANumberedRecord() {
        assertThat(OwnId.sound("order#7")).isEqualTo("order#7#");
        assertThat(OwnId.sound("order#7#")).isEqualTo("order#7##");
        assertThat(OwnId.sound("order#")).isEqualTo("order##");
        assertThat(OwnId.sound("#7-order")).isEqualTo("#7-order");
        assertThat(OwnId.sound("x".repeat(280))).hasSize(280);
        assertThatThrownBy(() -> OwnId.sound("x".repeat(281))).isInstanceOf(Problem.class);
        assertThatThrownBy(() -> OwnId.sound("a\0")).isInstanceOf(Problem.class);
    }

    @Test
    void anIdIsAsGoodAsTheBodyWhereNothingIsSigned() {
        Source partner = ConfiguredSource.verifier("token").secrets("x").source();

        assertThat(fingerprint(partner, Sent.body("{}").header("X-Event-Id", "a"))
                        .by())
                .isEqualTo(Fingerprint.By.SIGNED_ID);
        assertThat(fingerprint(ZOHO, Sent.body("{}").header("X-Zoho-Event-Id", "a"))
                        .by())
                .isEqualTo(Fingerprint.By.ID_AND_MATERIAL);
        assertThat(ZOHO.replayWindow()).isEqualTo(Duration.ofMinutes(5));
    }
}
