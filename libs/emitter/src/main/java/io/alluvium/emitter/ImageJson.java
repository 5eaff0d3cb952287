package io.alluvium.emitter;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Calendar;
import java.util.Date;
import java.util.Map;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.metamodel.mapping.JdbcMapping;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** The value of a column as JSON: numbers with all their digits, times as ISO-8601 (UTC where they have a zone), bytes as Base64. */
final class ImageJson {

    static final JsonFactory FACTORY = new JsonFactory();

    private ImageJson() {}

    static String json(@Nullable Object value, JdbcMapping mapping, SharedSessionContractImplementor session) {
        if (value != null && isJson(mapping)) {
            return document(value, mapping, session);
        }
        StringWriter text = new StringWriter();
        try (JsonGenerator to = FACTORY.createGenerator(text)) {
            write(value, to);
        } catch (IOException impossible) {
            throw new UncheckedIOException("a string takes everything", impossible);
        }
        return text.toString();
    }

    /** A value that stands in a text rather than in JSON: without quotes. */
    static String plain(@Nullable Object value, JdbcMapping mapping, SharedSessionContractImplementor session) {
        return value instanceof CharSequence || value instanceof Character
                ? value.toString()
                : json(value, mapping, session).replaceAll("^\"|\"$", "");
    }

    private static boolean isJson(JdbcMapping mapping) {
        int code = mapping.getJdbcType().getDefaultSqlTypeCode();
        return code == SqlTypes.JSON || code == SqlTypes.JSON_ARRAY;
    }

    @SuppressWarnings("unchecked") // the Java type belongs to the mapping whose value this is
    private static String document(Object value, JdbcMapping mapping, SharedSessionContractImplementor session) {
        String text = value instanceof String already
                ? already
                : session.getFactory()
                        .getSessionFactoryOptions()
                        .getJsonFormatMapper()
                        .toString(
                                value,
                                (org.hibernate.type.descriptor.java.JavaType<Object>) mapping.getMappedJavaType(),
                                session);
        try (JsonParser parser = FACTORY.createParser(text)) {
            parser.nextToken();
            parser.skipChildren();
            if (parser.nextToken() == null) {
                return text;
            }
            throw new IllegalStateException("a JSON column holds more than one value");
        } catch (IOException broken) {
            throw new UncheckedIOException("a JSON column holds no JSON", broken);
        }
    }

    private static void write(@Nullable Object value, JsonGenerator to) throws IOException {
        if (value == null) {
            to.writeNull();
        } else if (value instanceof Boolean flag) {
            to.writeBoolean(flag);
        } else if (value instanceof Number number) {
            write(number, to);
        } else if (value instanceof Enum<?> constant) {
            to.writeString(constant.name());
        } else if (value instanceof byte[] bytes) {
            to.writeString(Base64.getEncoder().encodeToString(bytes));
        } else if (value instanceof char[] text) {
            to.writeString(new String(text));
        } else if (value instanceof Map<?, ?> map) {
            to.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                to.writeFieldName(String.valueOf(entry.getKey()));
                write(entry.getValue(), to);
            }
            to.writeEndObject();
        } else if (value instanceof Iterable<?> elements && !(value instanceof java.nio.file.Path)) {
            to.writeStartArray();
            for (Object element : elements) {
                write(element, to);
            }
            to.writeEndArray();
        } else if (value.getClass().isArray()) {
            to.writeStartArray();
            for (int i = 0; i < Array.getLength(value); i++) {
                write(Array.get(value, i), to);
            }
            to.writeEndArray();
        } else {
            to.writeString(text(value));
        }
    }

    private static void write(Number number, JsonGenerator to) throws IOException {
        if (number instanceof BigDecimal decimal) {
            to.writeNumber(decimal);
        } else if (number instanceof BigInteger integer) {
            to.writeNumber(integer);
        } else if (number instanceof Double || number instanceof Float) {
            double wide = number.doubleValue();
            if (Double.isNaN(wide) || Double.isInfinite(wide)) {
                to.writeString(number.toString());
            } else {
                to.writeNumber(number.toString());
            }
        } else {
            to.writeNumber(number.longValue());
        }
    }

    private static String text(Object value) throws IOException {
        if (value instanceof OffsetDateTime time) {
            return time.toInstant().toString();
        } else if (value instanceof ZonedDateTime time) {
            return time.toInstant().toString();
        } else if (value instanceof LocalDateTime time) {
            return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(time);
        } else if (value instanceof LocalTime time) {
            return DateTimeFormatter.ISO_LOCAL_TIME.format(time);
        } else if (value instanceof OffsetTime time) {
            return DateTimeFormatter.ISO_OFFSET_TIME.format(time);
        } else if (value instanceof java.sql.Date date) {
            return date.toLocalDate().toString();
        } else if (value instanceof java.sql.Time time) {
            return DateTimeFormatter.ISO_LOCAL_TIME.format(time.toLocalTime());
        } else if (value instanceof Date date) {
            return date.toInstant().toString();
        } else if (value instanceof Calendar calendar) {
            return calendar.toInstant().toString();
        }
        try {
            if (value instanceof Clob clob) {
                return clob.getSubString(1, Math.toIntExact(clob.length()));
            } else if (value instanceof Blob blob) {
                return Base64.getEncoder().encodeToString(blob.getBytes(1, Math.toIntExact(blob.length())));
            }
        } catch (SQLException unreadable) {
            throw new IOException("a large object cannot be read", unreadable);
        }
        return value.toString(); // Instant, LocalDate, UUID, Duration, Year, String and whatever else has a text
    }
}
