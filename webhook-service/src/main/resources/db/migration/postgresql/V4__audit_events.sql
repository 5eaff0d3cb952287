-- What agents did, one row for each event, in one partition for each month (UTC), named audit_events_YYYY_MM. The
-- service creates them ahead and drops the old ones; there is none for what fits nowhere: such events are dead letters.
-- The key has the time because no unique constraint of a partitioned table can do without what it is partitioned by.
CREATE SEQUENCE audit_events_seq AS bigint;

CREATE TABLE audit_events (
    event_id        uuid                     NOT NULL,
    -- Drawn in the order of storing: breaks ties of the time. No identity: partitions are attached, and before
    -- PostgreSQL 17 they would not have it.
    seq             bigint                   NOT NULL DEFAULT nextval('audit_events_seq'),
    -- Plain text: who keeps sessions of agents is another application.
    session_id      varchar(255) COLLATE "C",
    event_type      varchar(100) COLLATE "C" NOT NULL,
    timestamp       timestamptz              NOT NULL,
    actor           varchar(255) COLLATE "C",
    action          varchar(255) COLLATE "C" NOT NULL,
    resource        varchar(255) COLLATE "C",
    metadata        json,
    kafka_partition integer                  NOT NULL,
    kafka_offset    bigint                   NOT NULL,
    CONSTRAINT audit_events_pk PRIMARY KEY (event_id, timestamp)
) PARTITION BY RANGE (timestamp);

CREATE INDEX audit_events_time ON audit_events (timestamp, seq);
CREATE INDEX audit_events_session ON audit_events (session_id, timestamp, seq) WHERE session_id IS NOT NULL;
CREATE INDEX audit_events_type ON audit_events (event_type, timestamp, seq);
CREATE INDEX audit_events_actor ON audit_events (actor, timestamp, seq) WHERE actor IS NOT NULL;
CREATE INDEX audit_events_resource ON audit_events (resource, timestamp, seq) WHERE resource IS NOT NULL;
