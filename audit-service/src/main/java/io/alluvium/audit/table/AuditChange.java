package io.alluvium.audit.table;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@code audit_change} for those who read it. Images are the JSON text that was sent, byte for byte. Rows are
 * written by the sink alone, so there is nothing to set here.
 */
@Entity
@Immutable
@Table(name = "audit_change")
@SuppressWarnings("NullAway.Init")
public class AuditChange {

    @Id
    private Long id;

    @Column(name = "event_id", nullable = false, unique = true)
    private UUID eventId;

    @Column(name = "entity_type", nullable = false, length = 100)
    private String entityType;

    @Column(name = "entity_id", nullable = false, length = 200)
    private String entityId;

    @Column(name = "operation", nullable = false, length = 6)
    private String operation;

    // As text: json in PostgreSQL, nvarchar(max) in SQL Server, which the validation of Hibernate tells by its type.
    @JdbcTypeCode(SqlTypes.NVARCHAR)
    @Column(name = "old_values", columnDefinition = "json")
    private @Nullable String oldValues;

    @JdbcTypeCode(SqlTypes.NVARCHAR)
    @Column(name = "new_values", columnDefinition = "json")
    private @Nullable String newValues;

    @JdbcTypeCode(SqlTypes.NVARCHAR)
    @Column(name = "changed_fields", columnDefinition = "json")
    private @Nullable String changedFields;

    @Column(name = "changed_by", length = 100)
    private @Nullable String changedBy;

    // Not the time with an offset that SQL Server would get by default: both databases keep UTC.
    @JdbcTypeCode(SqlTypes.TIMESTAMP)
    @Column(name = "changed_at", nullable = false)
    private Instant changedAt;

    @Column(name = "correlation_id", length = 100)
    private @Nullable String correlationId;

    protected AuditChange() {
        // for Hibernate
    }

    /** Drawn in the order of storing: breaks ties of {@link #changedAt()}. */
    public long id() {
        return id;
    }

    public UUID eventId() {
        return eventId;
    }

    public String entityType() {
        return entityType;
    }

    public String entityId() {
        return entityId;
    }

    public String operation() {
        return operation;
    }

    public @Nullable String oldValues() {
        return oldValues;
    }

    public @Nullable String newValues() {
        return newValues;
    }

    public @Nullable String changedFields() {
        return changedFields;
    }

    public @Nullable String changedBy() {
        return changedBy;
    }

    public Instant changedAt() {
        return changedAt;
    }

    public @Nullable String correlationId() {
        return correlationId;
    }
}
