package io.alluvium.emitter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.alluvium.emitter.Shop.Line;
import io.alluvium.emitter.Shop.LineId;
import io.alluvium.emitter.Shop.Owner;
import io.alluvium.emitter.Shop.Product;
import io.alluvium.emitter.Shop.State;
import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What an image tells, on every database. */
abstract class CaptureContract extends OpenShop {

    @Test
    void anInsertHasTheFullNewImageAndNoOldOne() {
        Owner owner = new Owner("o-" + System.nanoTime(), "Kim");
        Product lamp = lamp();
        lamp.owner = owner;
        shop().inTransaction(session -> {
            session.persist(owner);
            session.persist(lamp);
        });

        OutboxEvent event = shop().outbox().stream()
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
        JsonNode image = shop().changes().stream()
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
        shop().inTransaction(session -> {
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
        Product detached = shop().factory().fromSession(session -> session.find(Product.class, lamp.id));
        detached.name = "merged";
        shop().inTransaction(session -> session.merge(detached));

        JsonNode change = onlyChange();

        assertThat(change.get("changed_fields")).extracting(JsonNode::asText).containsExactly("name");
        assertThat(change.get("old_values").get("name").asText()).isEqualTo(lamp.name);
    }

    @Test
    void nothingChangedWritesNothing() {
        Product lamp = stored(lamp());
        shop().inTransaction(session -> {
            Product found = session.find(Product.class, lamp.id);
            found.price = new BigDecimal("12345678901234567890.123456789");
            found.name = lamp.name + "x";
            found.name = lamp.name;
            found.tags.add("a collection is no column");
        });

        assertThat(shop().changes()).isEmpty();
    }

    @Test
    void aDeleteHasOnlyTheOldImageWithItsReferences() {
        Owner owner = new Owner("d-" + System.nanoTime(), "Kim");
        Product lamp = lamp();
        lamp.owner = owner;
        shop().inTransaction(session -> session.persist(owner));
        stored(lamp);
        shop().inTransaction(session -> {
            Product found = session.find(Product.class, lamp.id);
            found.name = "never written";
            session.remove(found);
            session.remove(session.find(Owner.class, owner.id));
        });

        List<JsonNode> changes = shop().changes();

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
        shop().inTransaction(session -> session.remove(session.getReference(Product.class, lamp.id)));

        assertThat(onlyChange().get("old_values").get("color").asText()).isEqualTo("blue");
    }

    @Test
    void aCompositeIdIsOneText() {
        LineId id = new LineId("a,b\\" + System.nanoTime(), 7);
        shop().inTransaction(session -> session.persist(new Line(id, 1)));

        JsonNode change = onlyChange();

        assertThat(change.get("entity_id").asText())
                .isEqualTo(id.orderNo().replace("\\", "\\\\").replace(",", "\\,") + ",7");
        assertThat(change.get("new_values").get("order_no").asText()).isEqualTo(id.orderNo());
    }
}
