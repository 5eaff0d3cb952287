-- Sums of change_count that leave out one part of its key each: a year of change_count has about as many rows as
-- there are different users, types and operations a day, which is too many to add up while somebody waits.
-- The partition stays in the key: whoever may write a counter may write its sums, and nobody else wants them.
CREATE TABLE change_count_by_type (
    day             date                     NOT NULL,
    entity_type     varchar(100) COLLATE "C" NOT NULL,
    operation       varchar(6) COLLATE "C"   NOT NULL,
    kafka_partition integer                  NOT NULL,
    changes         bigint                   NOT NULL,
    CONSTRAINT change_count_by_type_pk PRIMARY KEY (day, entity_type, operation, kafka_partition)
) WITH (fillfactor = 70);

CREATE TABLE change_count_by_user (
    day             date                     NOT NULL,
    changed_by      varchar(100) COLLATE "C" NOT NULL,
    kafka_partition integer                  NOT NULL,
    changes         bigint                   NOT NULL,
    CONSTRAINT change_count_by_user_pk PRIMARY KEY (day, changed_by, kafka_partition)
) WITH (fillfactor = 70);

INSERT INTO change_count_by_type
SELECT day, entity_type, operation, kafka_partition, SUM(changes) FROM change_count GROUP BY 1, 2, 3, 4;

INSERT INTO change_count_by_user
SELECT day, changed_by, kafka_partition, SUM(changes) FROM change_count GROUP BY 1, 2, 3;

-- Triggers, so that whatever changes a counter changes its sums in the same transaction: the sink, a cleanup, a repair
-- by hand. They run once for a statement.
CREATE FUNCTION change_count_sums() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO change_count_by_type AS c
        SELECT day, entity_type, operation, kafka_partition, SUM(changes) FROM added GROUP BY 1, 2, 3, 4
        ON CONFLICT ON CONSTRAINT change_count_by_type_pk DO UPDATE SET changes = c.changes + EXCLUDED.changes;
        INSERT INTO change_count_by_user AS c
        SELECT day, changed_by, kafka_partition, SUM(changes) FROM added GROUP BY 1, 2, 3
        ON CONFLICT ON CONSTRAINT change_count_by_user_pk DO UPDATE SET changes = c.changes + EXCLUDED.changes;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO change_count_by_type AS c
        SELECT day, entity_type, operation, kafka_partition, SUM(changes)
        FROM (SELECT * FROM added UNION ALL
              SELECT day, entity_type, operation, changed_by, kafka_partition, -changes FROM removed) AS difference
        GROUP BY 1, 2, 3, 4
        ON CONFLICT ON CONSTRAINT change_count_by_type_pk DO UPDATE SET changes = c.changes + EXCLUDED.changes;
        INSERT INTO change_count_by_user AS c
        SELECT day, changed_by, kafka_partition, SUM(changes)
        FROM (SELECT * FROM added UNION ALL
              SELECT day, entity_type, operation, changed_by, kafka_partition, -changes FROM removed) AS difference
        GROUP BY 1, 2, 3
        ON CONFLICT ON CONSTRAINT change_count_by_user_pk DO UPDATE SET changes = c.changes + EXCLUDED.changes;
    ELSE
        UPDATE change_count_by_type AS c SET changes = c.changes - d.changes
        FROM (SELECT day, entity_type, operation, kafka_partition, SUM(changes) AS changes
              FROM removed GROUP BY 1, 2, 3, 4) AS d
        WHERE c.day = d.day AND c.entity_type = d.entity_type AND c.operation = d.operation
          AND c.kafka_partition = d.kafka_partition;
        UPDATE change_count_by_user AS c SET changes = c.changes - d.changes
        FROM (SELECT day, changed_by, kafka_partition, SUM(changes) AS changes FROM removed GROUP BY 1, 2, 3) AS d
        WHERE c.day = d.day AND c.changed_by = d.changed_by AND c.kafka_partition = d.kafka_partition;
        -- Only of days that counters were taken from, which are old ones: nobody adds to them in the ordinary way.
        DELETE FROM change_count_by_type WHERE changes = 0 AND day IN (SELECT day FROM removed);
        DELETE FROM change_count_by_user WHERE changes = 0 AND day IN (SELECT day FROM removed);
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER change_count_inserted AFTER INSERT ON change_count
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION change_count_sums();
CREATE TRIGGER change_count_updated AFTER UPDATE ON change_count
    REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION change_count_sums();
CREATE TRIGGER change_count_deleted AFTER DELETE ON change_count
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION change_count_sums();
