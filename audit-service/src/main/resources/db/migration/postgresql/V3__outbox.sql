-- Events that are committed and not yet known to be in Kafka.
-- The relay deletes what Kafka has acknowledged: the table is empty most of the time, and vacuumed by its turnover.
CREATE TABLE outbox (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id   varchar(36)  NOT NULL,
    topic      varchar(249) NOT NULL,
    record_key varchar(400) NOT NULL,
    headers    text         NOT NULL,
    payload    text         NOT NULL,
    created_at timestamptz  NOT NULL DEFAULT clock_timestamp()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
