package io.alluvium.emitter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.alluvium.emitter.Shop.Color;
import io.alluvium.emitter.Shop.Line;
import io.alluvium.emitter.Shop.LineId;
import io.alluvium.emitter.Shop.Listed;
import io.alluvium.emitter.Shop.Owner;
import io.alluvium.emitter.Shop.Product;
import io.alluvium.emitter.Shop.Size;
import io.alluvium.emitter.Shop.State;
import io.alluvium.emitter.Shop.Unseen;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.hibernate.Session;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the capture promises on every database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class CaptureContract {

    private static final UUID CODE = UUID.fromString("0d6f1b3c-0000-4000-8000-000000000001");

    private ShopDatabase shop;

    abstract ShopDatabase open(Map<String, String> settings);

    @BeforeAll
    void openShop() {
        shop = open(Map.of());
    }

    @AfterAll
    void closeShop() {
        shop.close();
    }

    @BeforeEach
    void emptyOutbox() {
        shop.run("DELETE FROM outbox");
        ChangeCapture.of(shop.factory()).identity(() -> null).correlation(() -> null);
    }

    private static Product lamp() {
        Product lamp = new Product();
        lamp.name = "lamp \"A\" \u00e9\u4e2d\ud83d\ude00";
        lamp.price = new BigDecimal("12345678901234567890.1234567890");
        lamp.color = Color.BLUE;
        lamp.madeAt = Instant.parse("2026-11-20T10:00:00.123456Z");
        lamp.day = LocalDate.parse("2026-11-20");
        lamp.code = CODE;
        lamp.raw = new byte[] {1, 2, (byte) 0xff};
        lamp.size = new Size(3, 4);
        lamp.extra = "{\"a\": [1.10, null]}";
        lamp.madeBy = "kim";
        lamp.tags.add("bright");
        return lamp;
    }

    private Product stored(Product product) {
        shop.inTransaction(session -> session.persist(product));
        shop.run("DELETE FROM outbox");
        return product;
    }

    private JsonNode onlyChange() {
        List<JsonNode> changes = shop.changes();
        assertThat(changes).hasSize(1);
        return changes.get(0);
    }

    @Test
    void anInsertHasTheFullNewImageAndNoOldOne() {
        Owner owner = new Owner("o-" + System.nanoTime(), "Kim");
        Product lamp = lamp();
        lamp.owner = owner;
        shop.inTransaction(session -> {
            session.persist(owner);
            session.persist(lamp);
        });

        OutboxEvent event = shop.outbox().stream()
                .filter(one -> one.key().startsWith("product:"))
                .findFirst()
                .orElseThrow();
        assertThat(event.key()).isEqualTo("product:" + lamp.id);
        assertThat(event.topic()).isEqualTo("audit.changes");
        assertThat(event.headers())
                .containsEntry("ce_type", "alluvium.audit.change.v1")
                .containsEntry("ce_source", "/shop")
                .containsEntry("ce_id", event.eventId())
                .containsEntry("ce_subject", event.key());
        assertThat(UUID.fromString(event.eventId()).version()).isEqualTo(7);
        assertThat(event.payload())
                .contains("\"operation\":\"INSERT\",\"old_values\":null,\"new_values\":{\"id\":" + lamp.id + ",")
                .contains("\"price\":12345678901234567890.1234567890")
                .contains("\"extra\":{\"a\": [1.10, null]}")
                .doesNotContain("two", "tags", "changed_fields");
        JsonNode image = shop.changes().stream()
                .filter(change -> change.get("entity_type").asText().equals("product"))
                .findFirst()
                .orElseThrow()
                .get("new_values");
        assertThat(image.get("name").asText()).isEqualTo(lamp.name);
        assertThat(image.get("state").asText()).isEqualTo("OPEN");
        assertThat(image.get("color").asText()).isEqualTo("blue");
        assertThat(image.get("made_at").asText()).isEqualTo("2026-11-20T10:00:00.123456Z");
        assertThat(image.get("day").asText()).isEqualTo("2026-11-20");
        assertThat(image.get("code").asText()).isEqualTo(CODE.toString());
        assertThat(image.get("raw").asText()).isEqualTo("AQL/");
        assertThat(image.get("live").isBoolean()).isTrue();
        assertThat(image.get("size_width").intValue()).isEqualTo(3);
        assertThat(image.get("size_height").intValue()).isEqualTo(4);
        assertThat(image.get("owner_id").asText()).isEqualTo(owner.id);
        assertThat(image.get("made_by").asText()).isEqualTo("kim");
    }

    @Test
    void anUpdateHasBothFullImagesAndExactlyWhatChanged() {
        Product lamp = stored(lamp());
        shop.inTransaction(session -> {
            Product found = session.find(Product.class, lamp.id);
            found.state = State.SOLD;
            found.size = null;
            found.price = new BigDecimal("1.5");
            found.madeBy = "not written: the column is not updatable";
        });

        JsonNode change = onlyChange();

        assertThat(change.get("operation").asText()).isEqualTo("UPDATE");
        assertThat(change.get("changed_fields"))
                .extracting(JsonNode::asText)
                .containsExactlyInAnyOrder("state", "size_width", "size_height", "price");
        JsonNode before = change.get("old_values");
        JsonNode after = change.get("new_values");
        assertThat(before.get("state").asText()).isEqualTo("OPEN");
        assertThat(after.get("state").asText()).isEqualTo("SOLD");
        assertThat(before.get("size_width").intValue()).isEqualTo(3);
        assertThat(after.get("size_width").isNull()).isTrue();
        assertThat(after.get("made_by").asText()).isEqualTo("kim");
        assertThat(before.size()).isEqualTo(after.size()).isEqualTo(15);
        after.fieldNames().forEachRemaining(name -> {
            if (!List.of("state", "size_width", "size_height", "price", "extra").contains(name)) {
                assertThat(before.get(name)).as(name).isEqualTo(after.get(name));
            }
        });
    }

    @Test
    void aMergedDetachedEntityIsComparedWithWhatTheDatabaseHad() {
        Product lamp = stored(lamp());
        Product detached = shop.factory().fromSession(session -> session.find(Product.class, lamp.id));
        detached.name = "merged";
        shop.inTransaction(session -> session.merge(detached));

        JsonNode change = onlyChange();

        assertThat(change.get("changed_fields")).extracting(JsonNode::asText).containsExactly("name");
        assertThat(change.get("old_values").get("name").asText()).isEqualTo(lamp.name);
    }

    @Test
    void nothingChangedWritesNothing() {
        Product lamp = stored(lamp());
        shop.inTransaction(session -> {
            Product found = session.find(Product.class, lamp.id);
            found.price = new BigDecimal("12345678901234567890.123456789");
            found.name = lamp.name + "x";
            found.name = lamp.name;
            found.tags.add("a collection is no column");
        });

        assertThat(shop.changes()).isEmpty();
    }

    @Test
    void twoFlushesAreTwoUpdatesThatFollowEachOther() {
        Product lamp = stored(lamp());
        shop.inTransaction(session -> {
            Product found = session.find(Product.class, lamp.id);
            found.name = "one";
            session.flush();
            found.name = "two";
        });

        List<JsonNode> changes = shop.changes();

        assertThat(changes).hasSize(2);
        assertThat(changes.get(1).get("old_values")).isEqualTo(changes.get(0).get("new_values"));
        assertThat(changes.get(1).get("new_values").get("name").asText()).isEqualTo("two");
    }

    @Test
    void aDeleteHasOnlyTheOldImageWithItsReferences() {
        Owner owner = new Owner("d-" + System.nanoTime(), "Kim");
        Product lamp = lamp();
        lamp.owner = owner;
        shop.inTransaction(session -> session.persist(owner));
        stored(lamp);
        shop.inTransaction(session -> {
            Product found = session.find(Product.class, lamp.id);
            found.name = "never written";
            session.remove(found);
            session.remove(session.find(Owner.class, owner.id));
        });

        List<JsonNode> changes = shop.changes();

        assertThat(changes)
                .extracting(change -> change.get("operation").asText())
                .containsOnly("DELETE");
        JsonNode product = changes.get(0);
        assertThat(product.get("new_values").isNull()).isTrue();
        assertThat(product.get("old_values").get("owner_id").asText()).isEqualTo(owner.id);
        assertThat(product.get("old_values").get("made_by").asText()).isEqualTo("kim");
        assertThat(product.get("old_values").size()).isEqualTo(15);
        assertThat(changes.get(1).get("entity_type").asText()).isEqualTo("shop.owner");
        assertThat(changes.get(1).get("old_values").has("secret")).isFalse();
    }

    @Test
    void aReferenceThatWasNeverLoadedIsDeletedWithItsImage() {
        Product lamp = stored(lamp());
        shop.inTransaction(session -> session.remove(session.getReference(Product.class, lamp.id)));

        assertThat(onlyChange().get("old_values").get("color").asText()).isEqualTo("blue");
    }

    @Test
    void aRolledBackTransactionLeavesNothing() {
        Product lamp = stored(lamp());
        try (Session session = shop.factory().openSession()) {
            session.beginTransaction();
            session.find(Product.class, lamp.id).name = "lost";
            session.persist(lamp());
            session.flush();
            session.getTransaction().rollback();

            session.beginTransaction();
            session.find(Product.class, lamp.id).live = true;
            session.getTransaction().commit();
        }

        assertThat(onlyChange().get("changed_fields"))
                .extracting(JsonNode::asText)
                .contains("live");
    }

    @Test
    void anOutboxThatCannotBeWrittenFailsItsOwnTransactionOnly() {
        Product lamp = stored(lamp());
        shop.run("ALTER TABLE outbox ADD CONSTRAINT outbox_is_closed CHECK (id < 0)");
        try {
            assertThatThrownBy(() -> shop.inTransaction(session -> session.find(Product.class, lamp.id).name = "lost"))
                    .hasStackTraceContaining("outbox");
            shop.inTransaction(session -> session.persist(new Unseen(System.nanoTime())));
        } finally {
            shop.run("ALTER TABLE outbox DROP CONSTRAINT outbox_is_closed");
        }

        Product found = shop.factory().fromSession(session -> session.find(Product.class, lamp.id));
        assertThat(found.name).isEqualTo(lamp.name);
        assertThat(shop.changes()).isEmpty();
    }

    @Test
    void theUserOfTheInnermostScopeIsNamedElseTheIdentity() {
        ChangeCapture.of(shop.factory()).identity(() -> "identity").correlation(() -> "request-7");
        shop.inTransaction(session -> {
            try (ChangedBy outer = ChangedBy.user("outer")) {
                assertThat(outer).isNotNull();
                session.persist(new Listed(System.nanoTime(), "1"));
                session.flush();
                try (ChangedBy inner = ChangedBy.user("inner")) {
                    assertThat(inner).isNotNull();
                    session.persist(new Listed(System.nanoTime(), "2"));
                    session.flush();
                }
                session.persist(new Listed(System.nanoTime(), "3"));
                session.flush();
            }
            session.persist(new Listed(System.nanoTime(), "4"));
        });

        List<JsonNode> changes = shop.changes();

        assertThat(changes)
                .extracting(change -> change.get("changed_by").asText())
                .containsExactly("outer", "inner", "outer", "identity");
        assertThat(changes.get(0).get("correlation_id").asText()).isEqualTo("request-7");
        assertThat(changes.get(0).get("entity_type").asText()).isEqualTo("listed");
    }

    @Test
    void aCompositeIdIsOneText() {
        LineId id = new LineId("a,b\\" + System.nanoTime(), 7);
        shop.inTransaction(session -> session.persist(new Line(id, 1)));

        JsonNode change = onlyChange();

        assertThat(change.get("entity_id").asText())
                .isEqualTo(id.orderNo().replace("\\", "\\\\").replace(",", "\\,") + ",7");
        assertThat(change.get("new_values").get("order_no").asText()).isEqualTo(id.orderNo());
    }

    @Test
    void aStatelessSessionIsSeenToo() {
        Owner owner = new Owner("s-" + System.nanoTime(), "first");
        shop.factory().inStatelessTransaction(session -> {
            session.insert(owner);
            session.update(new Owner(owner.id, "second"));
            session.delete(new Owner(owner.id, "whatever"));
        });

        List<JsonNode> changes = shop.changes();

        assertThat(changes)
                .extracting(change -> change.get("operation").asText())
                .containsExactly("INSERT", "UPDATE", "DELETE");
        assertThat(changes.get(1).get("old_values").get("name").asText()).isEqualTo("first");
        assertThat(changes.get(1).get("changed_fields"))
                .extracting(JsonNode::asText)
                .containsExactly("name");
        assertThat(changes.get(2).get("old_values").get("name").asText()).isEqualTo("second");
    }

    @Test
    void anUpsertIsWhatItComesDownTo() {
        assumeTrue(shop.hasMerge(), "this server has no MERGE, which is what Hibernate upserts with");
        Owner owner = new Owner("u-" + System.nanoTime(), "first");
        shop.factory().inStatelessTransaction(session -> {
            session.upsert(owner);
            session.upsert(new Owner(owner.id, "second"));
        });

        List<JsonNode> changes = shop.changes();

        assertThat(changes)
                .extracting(change -> change.get("operation").asText())
                .containsExactly("INSERT", "UPDATE");
        assertThat(changes.get(1).get("old_values").get("name").asText()).isEqualTo("first");
    }

    @Test
    void aLargeTransactionIsCapturedWholeAndInOrder() {
        long base = System.nanoTime();
        shop.inTransaction(session ->
                IntStream.range(0, 2_345).forEach(i -> session.persist(new Listed(base + i, String.valueOf(i)))));

        List<JsonNode> changes = shop.changes();

        assertThat(changes)
                .extracting(change -> change.get("new_values").get("text").asText())
                .containsExactlyElementsOf(
                        IntStream.range(0, 2_345).mapToObj(String::valueOf).toList());
    }

    @Test
    void aNameThatNoEntityHasStopsTheStart() {
        assertThatThrownBy(
                        () -> open(Map.of("alluvium.audit.entities", "Lisetd")).close())
                .hasStackTraceContaining("Lisetd");
    }
}
