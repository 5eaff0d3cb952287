-- One row for each record of each webhook, for ever: a delivery that comes again, however late, is known. The id is
-- computed from source and event_id, so that the write path's one key stands for both; the constraint on the two says
-- the same to whoever writes here by hand. The record is json, not jsonb: digits and key order stay as sent.
CREATE TABLE webhook_events (
    id              uuid                     NOT NULL,
    -- Drawn in the order of storing, which is the order of the partition, and so of each record.
    seq             bigint                   GENERATED ALWAYS AS IDENTITY,
    source          varchar(100) COLLATE "C" NOT NULL,
    event_id        varchar(300) COLLATE "C" NOT NULL,
    event_type      varchar(100) COLLATE "C" NOT NULL,
    module          varchar(100) COLLATE "C",
    record_id       varchar(200) COLLATE "C",
    record_data     json,
    modified_fields json,
    user_id         varchar(200) COLLATE "C",
    event_timestamp timestamptz              NOT NULL,
    received_at     timestamptz              NOT NULL,
    headers         json                     NOT NULL,
    body_sha256     varchar(64) COLLATE "C"  NOT NULL,
    -- What is delivered in order: the Kafka key, source and record.
    order_key       varchar(401) COLLATE "C" NOT NULL,
    kafka_partition integer                  NOT NULL,
    kafka_offset    bigint                   NOT NULL,
    status          varchar(11) COLLATE "C"  NOT NULL DEFAULT 'pending',
    attempts        integer                  NOT NULL DEFAULT 0,
    next_attempt_at timestamptz              NOT NULL DEFAULT now(),
    last_error      varchar(1000),
    processed_at    timestamptz,
    created_at      timestamptz              NOT NULL DEFAULT now(),
    CONSTRAINT webhook_events_pk PRIMARY KEY (id),
    CONSTRAINT webhook_events_event UNIQUE (source, event_id),
    CONSTRAINT webhook_events_status
        CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'dead_letter'))
);

-- Where the id of a delivery is not signed, the same body within minutes is the same delivery. Hashes of a few bytes each.
CREATE INDEX webhook_events_body ON webhook_events USING hash (body_sha256);
