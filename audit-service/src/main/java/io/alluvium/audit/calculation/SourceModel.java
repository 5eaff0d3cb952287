package io.alluvium.audit.calculation;

import com.fasterxml.jackson.annotation.JsonValue;
import jakarta.persistence.AttributeConverter;
import org.jspecify.annotations.Nullable;

/** The table that a calculation reads. */
enum SourceModel {
    DEAL("Deal"),
    TRANCHE("Tranche"),
    TRANCHE_BAL("TrancheBal");

    private final String text;

    SourceModel(String text) {
        this.text = text;
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }

    static final class InColumn implements AttributeConverter<@Nullable SourceModel, @Nullable String> {

        @Override
        public @Nullable String convertToDatabaseColumn(@Nullable SourceModel model) {
            return model == null ? null : model.text;
        }

        @Override
        public @Nullable SourceModel convertToEntityAttribute(@Nullable String column) {
            for (SourceModel model : values()) {
                if (model.text.equals(column)) {
                    return model;
                }
            }
            return null;
        }
    }
}
