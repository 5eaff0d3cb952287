-- Changes per UTC day, so that a dashboard never counts rows. Whoever stores or deletes changes says how many in one entry
-- of change_delta, in the same transaction; a job folds these entries into the totals. The views add up both: what they
-- say is true of the trail in every moment, however far the job has come. changed_by is '' where a change names nobody.

-- One entry for a transaction: the arrays are columns of a small table. Appending touches no index and waits for nobody,
-- and a vacuum does not lock the table to give its end back.
CREATE TABLE change_delta (
    day         date[]    NOT NULL,
    entity_type varchar[] NOT NULL,
    operation   varchar[] NOT NULL,
    changed_by  varchar[] NOT NULL,
    changes     bigint[]  NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500,
        vacuum_truncate = false, toast.vacuum_truncate = false);

-- Entries live for a second: compressing them would not pay.
ALTER TABLE change_delta
    ALTER COLUMN day SET STORAGE EXTERNAL, ALTER COLUMN entity_type SET STORAGE EXTERNAL,
    ALTER COLUMN operation SET STORAGE EXTERNAL, ALTER COLUMN changed_by SET STORAGE EXTERNAL,
    ALTER COLUMN changes SET STORAGE EXTERNAL;

CREATE TABLE change_total (
    day         date                     NOT NULL,
    entity_type varchar(100) COLLATE "C" NOT NULL,
    operation   varchar(6) COLLATE "C"   NOT NULL,
    changed_by  varchar(100) COLLATE "C" NOT NULL,
    changes     bigint                   NOT NULL,
    CONSTRAINT change_total_pk PRIMARY KEY (day, entity_type, operation, changed_by)
) WITH (fillfactor = 70);

-- A year of change_total has as many rows as there are different users, types and operations a day, which is too many to
-- add up while somebody waits: two sums of it leave out a part of its key each.
CREATE TABLE change_total_by_type (
    day         date                     NOT NULL,
    entity_type varchar(100) COLLATE "C" NOT NULL,
    operation   varchar(6) COLLATE "C"   NOT NULL,
    changes     bigint                   NOT NULL,
    CONSTRAINT change_total_by_type_pk PRIMARY KEY (day, entity_type, operation)
) WITH (fillfactor = 70);

CREATE TABLE change_total_by_user (
    day        date                     NOT NULL,
    changed_by varchar(100) COLLATE "C" NOT NULL,
    changes    bigint                   NOT NULL,
    CONSTRAINT change_total_by_user_pk PRIMARY KEY (day, changed_by)
) WITH (fillfactor = 70);

-- What is not folded yet, a row for each number.
CREATE VIEW change_unfolded AS
SELECT u.day, u.entity_type COLLATE "C" AS entity_type, u.operation COLLATE "C" AS operation,
       u.changed_by COLLATE "C" AS changed_by, u.changes
FROM change_delta d, unnest(d.day, d.entity_type, d.operation, d.changed_by, d.changes)
    AS u (day, entity_type, operation, changed_by, changes);

CREATE VIEW change_count AS
SELECT day, entity_type, operation, changed_by, changes FROM change_total
UNION ALL
SELECT day, entity_type, operation, changed_by, changes FROM change_unfolded;

CREATE VIEW change_count_by_type AS
SELECT day, entity_type, operation, changes FROM change_total_by_type
UNION ALL
SELECT day, entity_type, operation, changes FROM change_unfolded;

CREATE VIEW change_count_by_user AS
SELECT day, changed_by, changes FROM change_total_by_user
UNION ALL
SELECT day, changed_by, changes FROM change_unfolded;
