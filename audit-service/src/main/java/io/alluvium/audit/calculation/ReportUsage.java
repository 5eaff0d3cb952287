package io.alluvium.audit.calculation;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonIgnore;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** A report that shows a calculation, as the service that owns the report has told. */
@Entity
@Table(name = "calculation_usage")
@JsonAutoDetect(fieldVisibility = Visibility.NON_PRIVATE)
@SuppressWarnings("NullAway.Init")
class ReportUsage {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    @JsonIgnore
    @Nullable
    Integer id;

    @JsonIgnore
    @Column(name = "calculation_type", nullable = false, length = 10)
    String calculationType;

    @JsonIgnore
    @Column(name = "calculation_id", nullable = false)
    int calculationId;

    @Column(name = "report_id", nullable = false, length = 100)
    String reportId;

    @Column(name = "report_name", nullable = false, length = 200)
    String reportName;

    // Not the time with an offset that SQL Server would get by default: both databases keep UTC.
    @JdbcTypeCode(SqlTypes.TIMESTAMP)
    @Column(name = "used_since", nullable = false)
    Instant usedSince;
}
