package io.alluvium.audit.calculation;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.alluvium.emitter.Audited;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** A query of its own, with one result column. Not thread-safe: belongs to the transaction that read it. */
@Entity
@Audited
@JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
@Table(name = "system_calculations")
@SuppressWarnings("NullAway.Init")
class SystemCalculation {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    @Nullable
    Integer id;

    @Column(name = "name", nullable = false, length = 100)
    String name;

    @Column(name = "description", length = 500)
    @Nullable
    String description;

    @Column(name = "raw_sql", nullable = false, length = SqlRules.MAX_LENGTH, columnDefinition = "nvarchar(max)")
    String rawSql;

    @Column(name = "result_column_name", nullable = false, length = 100)
    String resultColumnName;

    @Convert(converter = GroupLevel.InColumn.class)
    @Column(name = "group_level", nullable = false, length = 20)
    GroupLevel groupLevel;

    @JsonRawValue
    // The definition is for the validation on SQL Server, where Hibernate would look for varchar; PostgreSQL knows by
    // the type.
    @JdbcTypeCode(SqlTypes.JSON)
    @Column(name = "metadata_config", columnDefinition = "nvarchar(max)")
    @Nullable
    String metadataConfig;

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
