-- One row for each change of an entity. Clustered by id: rows are appended, whatever the event ids look like.
-- The binary collation compares code points: identifiers need no dictionary order, and case matters.
CREATE TABLE audit_change (
    id             bigint IDENTITY(1, 1) NOT NULL,
    event_id       uniqueidentifier      NOT NULL,
    entity_type    nvarchar(100) COLLATE Latin1_General_BIN2 NOT NULL,
    entity_id      nvarchar(200) COLLATE Latin1_General_BIN2 NOT NULL,
    operation      nvarchar(6) COLLATE Latin1_General_BIN2 NOT NULL,
    old_values     nvarchar(max),
    new_values     nvarchar(max),
    changed_fields nvarchar(max),
    changed_by     nvarchar(100) COLLATE Latin1_General_BIN2,
    changed_at     datetime2(7)          NOT NULL,
    correlation_id nvarchar(100) COLLATE Latin1_General_BIN2,
    CONSTRAINT audit_change_pk PRIMARY KEY CLUSTERED (id),
    CONSTRAINT audit_change_event UNIQUE NONCLUSTERED (event_id)
);

CREATE INDEX audit_change_entity ON audit_change (entity_type, entity_id, changed_at, id);
CREATE INDEX audit_change_time ON audit_change (changed_at, id);
CREATE INDEX audit_change_type_time ON audit_change (entity_type, changed_at, id);
CREATE INDEX audit_change_user_time ON audit_change (changed_by, changed_at, id);
CREATE INDEX audit_change_correlation ON audit_change (correlation_id, changed_at, id) WHERE correlation_id IS NOT NULL;

-- A batch of the sink has more rows than SQL Server would lock one by one; a lock on the table would have everybody else wait.
ALTER TABLE audit_change SET (LOCK_ESCALATION = DISABLE);
