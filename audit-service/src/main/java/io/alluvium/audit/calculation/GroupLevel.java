package io.alluvium.audit.calculation;

import com.fasterxml.jackson.annotation.JsonValue;
import jakarta.persistence.AttributeConverter;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a calculation has one result for. */
enum GroupLevel {
    DEAL("deal"),
    TRANCHE("tranche");

    private final String text;

    GroupLevel(String text) {
        this.text = text;
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }

    static String choices() {
        return Arrays.stream(values()).map(GroupLevel::toString).collect(Collectors.joining(", "));
    }

    /** @return null when it is none */
    static @Nullable GroupLevel of(String text) {
        for (GroupLevel level : values()) {
            if (level.text.equals(text)) {
                return level;
            }
        }
        return null;
    }

    static final class InColumn implements AttributeConverter<@Nullable GroupLevel, @Nullable String> {

        @Override
        public @Nullable String convertToDatabaseColumn(@Nullable GroupLevel level) {
            return level == null ? null : level.text;
        }

        @Override
        public @Nullable GroupLevel convertToEntityAttribute(@Nullable String column) {
            return column == null ? null : of(column);
        }
    }
}
