package io.alluvium.emitter;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.hibernate.annotations.Formula;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** The entities of the tests: every kind of column that an image has to tell. */
final class Shop {

    static final List<Class<?>> ENTITIES = List.of(Product.class, Owner.class, Line.class, Listed.class, Unseen.class);

    private Shop() {}

    enum State {
        OPEN,
        SOLD
    }

    enum Color {
        RED,
        BLUE
    }

    static final class ColorConverter implements AttributeConverter<Color, String> {

        @Override
        public String convertToDatabaseColumn(Color color) {
            return color == null ? null : color.name().toLowerCase(java.util.Locale.ROOT);
        }

        @Override
        public Color convertToEntityAttribute(String text) {
            return text == null ? null : Color.valueOf(text.toUpperCase(java.util.Locale.ROOT));
        }
    }

    @Embeddable
    static class Size {
        @Column(name = "size_width")
        Integer width;

        @Column(name = "size_height")
        Integer height;

        Size() {}

        Size(int width, int height) {
            this.width = width;
            this.height = height;
        }
    }

    @Entity
    @Audited
    @Table(name = "product")
    static class Product {
        @Id
        @GeneratedValue(strategy = GenerationType.IDENTITY)
        Long id;

        String name;

        @Column(precision = 30, scale = 10)
        BigDecimal price;

        @Enumerated(EnumType.STRING)
        State state = State.OPEN;

        @Convert(converter = ColorConverter.class)
        Color color;

        Instant madeAt;

        LocalDate day;

        UUID code;

        byte[] raw;

        boolean live;

        @Embedded
        Size size;

        @ManyToOne(fetch = FetchType.LAZY)
        Owner owner;

        @JdbcTypeCode(SqlTypes.JSON)
        String extra;

        @Column(updatable = false)
        String madeBy;

        @Formula("1 + 1")
        Integer two;

        @ElementCollection
        List<String> tags = new ArrayList<>();
    }

    @Entity
    @Audited(name = "shop.owner", exclude = "secret")
    @Table(name = "owner_row")
    static class Owner {
        @Id
        String id;

        String name;
        String secret;

        Owner() {}

        Owner(String id, String name) {
            this.id = id;
            this.name = name;
            this.secret = "s";
        }
    }

    @Embeddable
    record LineId(String orderNo, int place) {}

    @Entity
    @Audited
    @Table(name = "line")
    static class Line {
        @EmbeddedId
        LineId id;

        int amount;

        Line() {}

        Line(LineId id, int amount) {
            this.id = id;
            this.amount = amount;
        }
    }

    /** Audited by configuration. */
    @Entity(name = "Listed")
    @Table(name = "listed")
    static class Listed {
        @Id
        long id;

        @Column(length = 100_000)
        String text;

        Listed() {}

        Listed(long id, String text) {
            this.id = id;
            this.text = text;
        }
    }

    @Entity
    @Table(name = "unseen")
    static class Unseen {
        @Id
        long id;

        Unseen() {}

        Unseen(long id) {
            this.id = id;
        }
    }
}
