package io.alluvium.kit;

import jakarta.inject.Singleton;
import jakarta.ws.rs.ext.ParamConverter;
import jakarta.ws.rs.ext.ParamConverterProvider;
import jakarta.ws.rs.ext.Provider;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Lets parameters of the query be times, by the same rule as times in a body. */
@Provider
@Singleton
final class InstantParameter implements ParamConverterProvider {

    @Override
    @SuppressWarnings("unchecked")
    public <T> @Nullable ParamConverter<T> getConverter(Class<T> type, Type generic, Annotation[] annotations) {
        return type == Instant.class ? (ParamConverter<T>) new Converter() : null;
    }

    private static final class Converter implements ParamConverter<Instant> {

        @Override
        public @Nullable Instant fromString(@Nullable String value) {
            return value == null || value.isEmpty() ? null : Rfc3339.parse(value);
        }

        @Override
        public String toString(Instant value) {
            return value.toString();
        }
    }
}
