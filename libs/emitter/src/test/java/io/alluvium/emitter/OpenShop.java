package io.alluvium.emitter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.alluvium.emitter.Shop.Color;
import io.alluvium.emitter.Shop.Product;
import io.alluvium.emitter.Shop.Size;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** A shop with an empty outbox for each test. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OpenShop {

    static final UUID CODE = UUID.fromString("0d6f1b3c-0000-4000-8000-000000000001");

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

    ShopDatabase shop() {
        return shop;
    }

    static Product lamp() {
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

    /** The same product in the database, with nothing in the outbox. */
    Product stored(Product product) {
        shop.inTransaction(session -> session.persist(product));
        shop.run("DELETE FROM outbox");
        return product;
    }

    JsonNode onlyChange() {
        List<JsonNode> changes = shop.changes();
        assertThat(changes).hasSize(1);
        return changes.get(0);
    }
}
