package io.alluvium.audit.calculation;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What clients send to the calculations resource. */
final class Requests {

    /** No U+0000 and no half of a surrogate pair: neither the tables nor the change event could hold it. */
    static final String STORABLE = "[^\\x00\\x{D800}-\\x{DFFF}]*";

    static final String NOT_STORABLE = "must not hold U+0000 or half of a surrogate pair";
    private static final String NOT_BLANK = "(?s).*\\S.*";
    private static final String BLANK = "must not be blank";

    private Requests() {}

    @Schema(name = "NewUserCalculation")
    record NewUser(
            @NotNull @NotBlank(message = BLANK) @Size(max = 100) @Pattern(regexp = STORABLE, message = NOT_STORABLE)
                    String name,
            @Nullable @Size(max = 500) @Pattern(regexp = STORABLE, message = NOT_STORABLE) String description,
            @NotNull AggregationFunction aggregationFunction,
            @NotNull SourceModel sourceModel,
            @NotNull @NotBlank(message = BLANK) @Size(max = 100) @Pattern(regexp = STORABLE, message = NOT_STORABLE)
                    String sourceField,
            @Nullable @Size(max = 100) @Pattern(regexp = STORABLE, message = NOT_STORABLE) String weightField,
            @NotNull GroupLevel groupLevel,
            @Nullable @JsonDeserialize(using = ConfigDocument.class) @Schema(type = SchemaType.OBJECT)
                    String advancedConfig) {}

    /** What is absent or null stays as it is; an empty description or weight_field is cleared. */
    @Schema(name = "UserCalculationUpdate", description = "What is absent stays; an empty text clears.")
    record UpdateUser(
            @Nullable
                    @Size(max = 100)
                    @Pattern(regexp = NOT_BLANK, message = BLANK)
                    @Pattern(regexp = STORABLE, message = NOT_STORABLE)
                    String name,
            @Nullable @Size(max = 500) @Pattern(regexp = STORABLE, message = NOT_STORABLE) String description,
            @Nullable AggregationFunction aggregationFunction,
            @Nullable SourceModel sourceModel,
            @Nullable
                    @Size(max = 100)
                    @Pattern(regexp = NOT_BLANK, message = BLANK)
                    @Pattern(regexp = STORABLE, message = NOT_STORABLE)
                    String sourceField,
            @Nullable @Size(max = 100) @Pattern(regexp = STORABLE, message = NOT_STORABLE) String weightField,
            @Nullable GroupLevel groupLevel,
            @Nullable @JsonDeserialize(using = ConfigDocument.class) @Schema(type = SchemaType.OBJECT)
                    String advancedConfig) {}

    @Schema(name = "NewSystemCalculation")
    record NewSystem(
            @NotNull @NotBlank(message = BLANK) @Size(max = 100) @Pattern(regexp = STORABLE, message = NOT_STORABLE)
                    String name,
            @Nullable @Size(max = 500) @Pattern(regexp = STORABLE, message = NOT_STORABLE) String description,
            @NotNull @Size(max = SqlRules.MAX_LENGTH) @Pattern(regexp = STORABLE, message = NOT_STORABLE) String rawSql,
            @NotNull @Size(max = 100) @Pattern(regexp = SqlRules.RESULT_COLUMN, message = SqlRules.RESULT_COLUMN_RULE)
                    String resultColumnName,
            @NotNull GroupLevel groupLevel,
            @Nullable @JsonDeserialize(using = ConfigDocument.class) @Schema(type = SchemaType.OBJECT)
                    String metadataConfig) {}

    @Schema(name = "CalculationApproval")
    record Approval(
            @NotNull @NotBlank(message = BLANK) @Size(max = 100) @Pattern(regexp = STORABLE, message = NOT_STORABLE)
                    String approvedBy) {}

    @Schema(name = "SqlToCheck")
    record SqlToCheck(
            @NotNull @Size(max = SqlRules.MAX_LENGTH) String rawSql,
            @NotNull GroupLevel groupLevel,
            @Nullable @Size(max = 100) String resultColumnName) {}

    @Schema(name = "Report")
    record Report(
            @NotNull @NotBlank(message = BLANK) @Size(max = 200) @Pattern(regexp = STORABLE, message = NOT_STORABLE)
                    String reportName) {}
}
