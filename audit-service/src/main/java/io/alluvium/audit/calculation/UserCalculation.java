package io.alluvium.audit.calculation;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.alluvium.emitter.Audited;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** An aggregation over one field. Not thread-safe: belongs to the transaction that read it. */
@Entity
@Audited
@JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
@Table(name = "user_calculations")
@SuppressWarnings("NullAway.Init")
class UserCalculation {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    @Nullable
    Integer id;

    @Column(name = "name", nullable = false, length = 100)
    String name;

    @Column(name = "description", length = 500)
    @Nullable
    String description;

    @Enumerated(EnumType.STRING)
    @JdbcTypeCode(SqlTypes.VARCHAR)
    @Column(name = "aggregation_function", nullable = false, length = 20)
    AggregationFunction aggregationFunction;

    @Convert(converter = SourceModel.InColumn.class)
    @Column(name = "source_model", nullable = false, length = 20)
    SourceModel sourceModel;

    @Column(name = "source_field", nullable = false, length = 100)
    String sourceField;

    @Column(name = "weight_field", length = 100)
    @Nullable
    String weightField;

    @Convert(converter = GroupLevel.InColumn.class)
    @Column(name = "group_level", nullable = false, length = 20)
    GroupLevel groupLevel;

    @JsonRawValue
    // The definition is for the validation on SQL Server, where Hibernate would look for varchar; PostgreSQL knows by
    // the type.
    @JdbcTypeCode(SqlTypes.JSON)
    @Column(name = "advanced_config", columnDefinition = "nvarchar(max)")
    @Nullable
    String advancedConfig;

    @Column(name = "approved_by", length = 100)
    @Nullable
    String approvedBy;

    // Not the time with an offset that SQL Server would get by default: both databases keep UTC.
    @JdbcTypeCode(SqlTypes.TIMESTAMP)
    @Column(name = "approval_date")
    @Nullable
    Instant approvalDate;

    @Column(name = "created_by", nullable = false, length = 100)
    String createdBy;

    @JdbcTypeCode(SqlTypes.TIMESTAMP)
    @Column(name = "created_at", nullable = false)
    Instant createdAt;

    @JdbcTypeCode(SqlTypes.TIMESTAMP)
    @Column(name = "updated_at", nullable = false)
    Instant updatedAt;

    @JsonProperty("is_active")
    @Column(name = "is_active", nullable = false)
    boolean active = true;

    void approve(String by, Instant at) {
        approvedBy = by;
        approvalDate = at;
        updatedAt = at;
    }

    void deactivate(Instant at) {
        active = false;
        updatedAt = at;
    }
}
