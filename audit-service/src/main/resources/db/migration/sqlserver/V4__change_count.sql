-- Changes per UTC day, so that a dashboard never counts rows. Whoever stores or deletes changes says how many in rows of
-- change_delta, in the same transaction; a job folds these rows into the totals. The views add up both: what they say is
-- true of the trail in every moment, however far the job has come. changed_by is '' where a change names nobody.

-- Clustered by id: appended at the end, deleted from the beginning. Only rows may be locked: the job steps over locked
-- rows, and a locked page would have it and the sink wait for each other.
CREATE TABLE change_delta (
    id          bigint IDENTITY(1, 1) NOT NULL,
    day         date          NOT NULL,
    entity_type nvarchar(100) COLLATE Latin1_General_BIN2 NOT NULL,
    operation   nvarchar(6) COLLATE Latin1_General_BIN2 NOT NULL,
    changed_by  nvarchar(100) COLLATE Latin1_General_BIN2 NOT NULL,
    changes     bigint        NOT NULL,
    CONSTRAINT change_delta_pk PRIMARY KEY CLUSTERED (id) WITH (ALLOW_PAGE_LOCKS = OFF)
);
ALTER TABLE change_delta SET (LOCK_ESCALATION = DISABLE);

CREATE TABLE change_total (
    day         date          NOT NULL,
    entity_type nvarchar(100) COLLATE Latin1_General_BIN2 NOT NULL,
    operation   nvarchar(6) COLLATE Latin1_General_BIN2 NOT NULL,
    changed_by  nvarchar(100) COLLATE Latin1_General_BIN2 NOT NULL,
    changes     bigint        NOT NULL,
    CONSTRAINT change_total_pk PRIMARY KEY (day, entity_type, operation, changed_by)
);

-- A year of change_total has as many rows as there are different users, types and operations a day, which is too many to
-- add up while somebody waits: two sums of it leave out a part of its key each.
CREATE TABLE change_total_by_type (
    day         date          NOT NULL,
    entity_type nvarchar(100) COLLATE Latin1_General_BIN2 NOT NULL,
    operation   nvarchar(6) COLLATE Latin1_General_BIN2 NOT NULL,
    changes     bigint        NOT NULL,
    CONSTRAINT change_total_by_type_pk PRIMARY KEY (day, entity_type, operation)
);

CREATE TABLE change_total_by_user (
    day        date          NOT NULL,
    changed_by nvarchar(100) COLLATE Latin1_General_BIN2 NOT NULL,
    changes    bigint        NOT NULL,
    CONSTRAINT change_total_by_user_pk PRIMARY KEY (day, changed_by)
);
GO

-- What is not folded yet.
CREATE VIEW change_unfolded AS
SELECT day, entity_type, operation, changed_by, changes FROM change_delta;
GO

CREATE VIEW change_count AS
SELECT day, entity_type, operation, changed_by, changes FROM change_total
UNION ALL
SELECT day, entity_type, operation, changed_by, changes FROM change_unfolded;
GO

CREATE VIEW change_count_by_type AS
SELECT day, entity_type, operation, changes FROM change_total_by_type
UNION ALL
SELECT day, entity_type, operation, changes FROM change_unfolded;
GO

CREATE VIEW change_count_by_user AS
SELECT day, changed_by, changes FROM change_total_by_user
UNION ALL
SELECT day, changed_by, changes FROM change_unfolded;
