package io.alluvium.emitter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.alluvium.emitter.Shop.Listed;
import io.alluvium.emitter.Shop.Owner;
import io.alluvium.emitter.Shop.Product;
import io.alluvium.emitter.Shop.Unseen;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.hibernate.Session;
import org.junit.jupiter.api.Test;

/** What becomes of the changes of a transaction, on every database. */
abstract class CaptureTransactionContract extends OpenShop {

    @Test
    void twoFlushesAreTwoUpdatesThatFollowEachOther() {
        Product lamp = stored(lamp());
        shop().inTransaction(session -> {
            Product found = session.find(Product.class, lamp.id);
            found.name = "one";
            session.flush();
            found.name = "two";
        });

        List<JsonNode> changes = shop().changes();

        assertThat(changes).hasSize(2);
        assertThat(changes.get(1).get("old_values")).isEqualTo(changes.get(0).get("new_values"));
        assertThat(changes.get(1).get("new_values").get("name").asText()).isEqualTo("two");
    }

    @Test
    void aRolledBackTransactionLeavesNothing() {
        Product lamp = stored(lamp());
        try (Session session = shop().factory().openSession()) {
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
        shop().run("ALTER TABLE outbox ADD CONSTRAINT outbox_is_closed CHECK (id < 0)");
        try {
            assertThatThrownBy(
                            () -> shop().inTransaction(session -> session.find(Product.class, lamp.id).name = "lost"))
                    .hasStackTraceContaining("outbox");
            shop().inTransaction(session -> session.persist(new Unseen(System.nanoTime())));
        } finally {
            shop().run("ALTER TABLE outbox DROP CONSTRAINT outbox_is_closed");
        }

        Product found = shop().factory().fromSession(session -> session.find(Product.class, lamp.id));
        assertThat(found.name).isEqualTo(lamp.name);
        assertThat(shop().changes()).isEmpty();
    }

    @Test
    void theUserOfTheInnermostScopeIsNamedElseTheIdentity() {
        ChangeCapture.of(shop().factory()).identity(() -> "identity").correlation(() -> "request-7");
        shop().inTransaction(session -> {
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

        List<JsonNode> changes = shop().changes();

        assertThat(changes)
                .extracting(change -> change.get("changed_by").asText())
                .containsExactly("outer", "inner", "outer", "identity");
        assertThat(changes.get(0).get("correlation_id").asText()).isEqualTo("request-7");
        assertThat(changes.get(0).get("entity_type").asText()).isEqualTo("listed");
    }

    @Test
    void aStatelessSessionIsSeenToo() {
        Owner owner = new Owner("s-" + System.nanoTime(), "first");
        shop().factory().inStatelessTransaction(session -> {
            session.insert(owner);
            session.update(new Owner(owner.id, "second"));
            session.delete(new Owner(owner.id, "whatever"));
        });

        List<JsonNode> changes = shop().changes();

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
        assumeTrue(shop().hasMerge(), "this server has no MERGE, which is what Hibernate upserts with");
        Owner owner = new Owner("u-" + System.nanoTime(), "first");
        shop().factory().inStatelessTransaction(session -> {
            session.upsert(owner);
            session.upsert(new Owner(owner.id, "second"));
        });

        List<JsonNode> changes = shop().changes();

        assertThat(changes)
                .extracting(change -> change.get("operation").asText())
                .containsExactly("INSERT", "UPDATE");
        assertThat(changes.get(1).get("old_values").get("name").asText()).isEqualTo("first");
    }

    @Test
    void aLargeTransactionIsCapturedWholeAndInOrder() {
        long base = System.nanoTime();
        shop().inTransaction(session ->
                IntStream.range(0, 2_345).forEach(i -> session.persist(new Listed(base + i, String.valueOf(i)))));

        List<JsonNode> changes = shop().changes();

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
